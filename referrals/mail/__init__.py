"""The outbox: what is told to whom, its text, its delivery, and the mail process’s chores."""
