"""What a held letter says, and what the form makes of it: fills in, asks, and shows the place."""
