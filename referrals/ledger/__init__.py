"""Does everything add up? What came in, what was told, what was read, and the files."""
