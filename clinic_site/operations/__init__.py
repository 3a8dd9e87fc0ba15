"""What whoever runs the site types: is it well, keep a copy, bring it back, move it, renew it."""
