"""What can happen to an enquiry, who may do it, who hears of it, and who read what."""
