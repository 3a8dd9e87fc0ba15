"""How gunicorn serves the site, as `Procfile` starts it.

Its lines are JSON, as those of the site (`clinic_site/logs/`): no query, no token, no address.
"""

import gc
import logging
import os
import sys
from contextlib import suppress
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.db import connections
from gunicorn.glogging import Logger

from clinic_site.logs.access_lines import access_line
from clinic_site.logs.doing import begin
from clinic_site.logs.lines import PrivateFormatter, log_all_that_ends_a_process
from clinic_site.operations.watching.request_counts import counts, free_slot
from clinic_site.running import environment
from clinic_site.running.deleted_rows import fold_back
from clinic_site.running.memory import give_back

CANNOT_START = 3  # as gunicorn says it of a worker

environment.load()  # PORT and BIND may stand in the file too


class PrivateLogger(Logger):
    """Gunicorn's two logs in the form of the site's own: one JSON object per line."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PrivateFormatter())

    def access(self, resp, req, environ, request_time):
        """The last that is done for a request, so its number ends here too."""
        status = int(str(resp.status).split(None, 1)[0])
        promised = 0 if environ.get("REQUEST_METHOD") == "HEAD" else resp.response_length
        size = resp.sent or promised or 0  # a file that the kernel sends is not counted
        self.access_log.info(access_line(environ, status=status, size=size, took=request_time))
        counts.add(
            method=str(environ.get("REQUEST_METHOD")),
            path=str(environ.get("PATH_INFO", "")),
            status=status,
            seconds=request_time.total_seconds(),
        )
        begin()

    def exception(self, msg, *args, **kwargs):
        """What an answer broke on may quote a patient, and its address hold a token: such an error
        goes to the site's own log, which leaves both out. A site that cannot start says why."""
        if str(msg).startswith("Error handling"):
            logging.getLogger(__name__).exception("a request broke in the server")
        else:
            super().exception(msg, *args, extra={"at_start": True}, **kwargs)


def pre_fork(server, worker):
    worker.slot = free_slot(other.slot for other in server.WORKERS.values())


def post_fork(server, worker):
    counts.slot = worker.slot


def when_ready(server):
    """Before the workers begin: all that they need is read here once, and each worker shares it.

    Nothing that is open may be shared: the connection to the database is closed again. Gunicorn's
    own `preload_app` would say on stderr, in a form of its own, why a site cannot start.
    """
    try:
        site = server.app.wsgi()
    except Exception:
        server.log.exception("Exception in worker process")
        sys.exit(CANNOT_START)
    log_all_that_ends_a_process()
    warm(site)
    connections.close_all()
    share_memory()


def warm(application):
    """Ask for a page and a form once, so that no reader waits for imports and templates."""
    site = urlsplit(os.environ.get("SITE_URL") or "http://localhost")
    for path in ("/", "/refer/", "/admin/account/login/"):
        request = {"PATH_INFO": path, "HTTP_HOST": site.netloc, "wsgi.url_scheme": site.scheme}
        setup_testing_defaults(request)
        with suppress(Exception):  # a site whose database is away starts all the same
            answer = application(request, lambda *_: None)
            list(answer)
            answer.close()
    begin()


def share_memory():
    """What is there now stays: a worker that looks through it for rubbish would copy all of it."""
    give_back()
    gc.freeze()


def post_worker_init(worker):
    log_all_that_ends_a_process()


def worker_exit(server, worker):
    """Its threads leave their connections open: whoever copies the file of SQLite alone, of a site
    that was stopped, shall have what came in last all the same."""
    with suppress(Exception):
        fold_back()


bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 12  # six may be busy with what senders attach (body_limits)
timeout = 60
graceful_timeout = 30
umask = environment.FOR_OTHERS
control_socket_disable = True
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")
logger_class = PrivateLogger
accesslog = "-"
