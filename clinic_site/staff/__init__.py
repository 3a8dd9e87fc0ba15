"""How staff get in: password, code, and everything by which an account could be taken over."""
