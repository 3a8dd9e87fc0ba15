"""Several enquiries at once: two side by side, and many as one PDF."""
