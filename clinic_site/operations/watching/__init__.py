"""The site seen from outside: probes, numbers, errors told to a service, a sign of life."""
