"""The files that came with an enquiry: taken in, judged, kept, proved, put together."""
