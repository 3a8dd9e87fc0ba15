"""The site's own gunicorn settings for another application: nothing of the site is warmed."""

from clinic_site.running.gunicorn_config import *  # noqa: F403

workers = 1


def when_ready(server):
    """Nothing: the site's own file would ask for its pages."""


def worker_exit(server, worker):
    """Nothing: the database is not the site's."""
