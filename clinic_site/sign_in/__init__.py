"""How staff sign in: password, second factor, and how many tries there are."""
