"""The public’s way in: the forms, what becomes of a post, the receipt, the status page."""
