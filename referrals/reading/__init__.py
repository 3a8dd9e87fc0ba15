"""Who read what: the log in words, found by patient, enquiry and colleague, and the sheet of it."""
