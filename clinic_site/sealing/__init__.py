"""What is sealed in the database: tokens, fields, and the keys that open them."""
