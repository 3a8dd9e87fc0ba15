"""What starts, sets up and supervises the processes of a running site."""
