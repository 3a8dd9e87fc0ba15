"""What the site writes to its logs: one JSON object per line, never a patient, never a token."""
