"""What the software is made of: the list of its parts, and whether one has a known weakness."""
