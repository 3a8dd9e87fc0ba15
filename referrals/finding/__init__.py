"""One box by which staff find whoever sent or was sent in, and the filters of the inbox."""
