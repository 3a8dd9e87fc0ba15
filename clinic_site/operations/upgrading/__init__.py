"""From one release to the next while people use the site (docs/decisions/054)."""
