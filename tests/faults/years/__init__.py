"""Years of one clinic, by a moved clock: people write, staff work, servers break, keys change."""
