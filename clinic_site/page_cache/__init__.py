"""Pages that are the same for everyone, kept whole in the memory of each web process.

A layer around Django (docs/decisions/067-a-page-cache-around-django.md).
"""
