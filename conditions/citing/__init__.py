"""What stands behind a claim: the marks in a text that lead to the page's sources."""
