"""When the rooms are open, where they are, and when to ring."""
