"""Draft to publication: publish, compare, review, hints, and the first pages."""
