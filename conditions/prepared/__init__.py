"""What of a page follows from its publication alone: made once, kept beside it, never needed."""
