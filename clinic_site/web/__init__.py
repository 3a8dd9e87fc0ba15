"""What lies between a request and a view: headers, logs, addresses, limits, caching."""
