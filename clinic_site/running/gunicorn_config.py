"""How gunicorn serves the site, as `Procfile` starts it.

The access log holds method, path, status and time: no query string, no token, no address.
"""

import logging
import os
from contextlib import suppress
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from gunicorn.glogging import Logger

from clinic_site.running import environment
from clinic_site.web.logs import without_secrets

environment.load()  # PORT and BIND may stand in the file too


class PathLogger(Logger):
    """An access log whose paths have lost their receipt tokens."""

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        atoms["U"] = without_secrets(environ.get("PATH_INFO", ""))
        return atoms

    def exception(self, msg, *args, **kwargs):
        """What an answer broke on may quote a patient, and its address hold a token: such an error
        goes to the site's own log, which leaves both out. A site that cannot start says why."""
        is_of_request = str(msg).startswith("Error handling")
        log = logging.getLogger(__name__).exception if is_of_request else super().exception
        log(msg, *args, **kwargs)


def post_worker_init(worker):
    """Ask for a page and a form once, so that no reader waits for imports and templates."""
    site = urlsplit(os.environ.get("SITE_URL") or "http://localhost")
    for path in ("/", "/refer/"):
        request = {"PATH_INFO": path, "HTTP_HOST": site.netloc, "wsgi.url_scheme": site.scheme}
        setup_testing_defaults(request)
        with suppress(Exception):  # a site whose database is away starts all the same
            answer = worker.wsgi(request, lambda *_: None)
            list(answer)
            answer.close()


bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 12  # six may be busy with what senders attach (body_limits)
timeout = 60
graceful_timeout = 30
umask = environment.FOR_OTHERS
control_socket_disable = True
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")
logger_class = PathLogger
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)sms"
