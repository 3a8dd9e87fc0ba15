"""Words between the rooms and whoever sent an enquiry, on the pages of both.

The rooms write by a verb of the workflow (`ask`, `return_`, `reply`). The sender reads them behind
the link of a mail, once something is given that the link does not tell, and can answer there.
"""
