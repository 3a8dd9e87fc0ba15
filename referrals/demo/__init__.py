"""Thirty invented enquiries in every state, for showing the site. `make demo`."""
