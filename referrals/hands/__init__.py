"""Who has an enquiry, for which doctor it is, when to look again, and what is unread again."""
