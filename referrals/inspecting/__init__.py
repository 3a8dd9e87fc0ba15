"""Looks inside strangers’ files, in child processes that know neither Django nor the site."""
