"""A copy of everything in one file, made while people use the site, and the way back from it."""
