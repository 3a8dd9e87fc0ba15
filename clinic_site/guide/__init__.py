"""The staff guide (`docs/staff-guide.md`) on the staff site, linked from each of its pages."""
