"""The PDF files of an enquiry: proof of receipt, and the record for practice software."""
