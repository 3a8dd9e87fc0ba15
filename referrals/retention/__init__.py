"""How long what came in is kept, and how one enquiry is erased so that nothing of it stays."""
