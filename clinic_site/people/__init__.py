"""The people of the practice: their accounts and roles, who grants what, who comes and goes."""
