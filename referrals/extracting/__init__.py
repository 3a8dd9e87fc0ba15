"""The words that a letter shows, with their places. Runs in bounded children alone."""
