"""The rooms’ side: the list, the page of an enquiry, its buttons and its files."""
