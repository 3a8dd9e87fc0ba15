"""How much came in, how long it waited, and lists to save: numbers of the inbox."""
