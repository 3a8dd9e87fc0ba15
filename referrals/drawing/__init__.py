"""Turns what senders attach into pages, and joins pages into one PDF. All of it runs in children.

`referrals.files.records` starts them through `referrals.inspecting.bounded`. Nothing here knows
Django, the database or the keys: whatever a file does to its reader, it can reveal nothing and
stop nobody.
"""
