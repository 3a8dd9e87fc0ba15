"""A page as most Django sites make one: models, 8 queries, templates, the usual middleware."""
