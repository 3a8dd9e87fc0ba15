"""What readers get: pages, lists, feedback, structured data."""
