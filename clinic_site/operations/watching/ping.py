"""A sign of life for a watcher outside, who rings somebody when it stays away (PING_URL).

The mail process asks that address every few minutes while all is well. Nothing is sent along: no
word, no number, no cookie. The address opens the watcher's account, so no line repeats it.
"""

import http.client
import logging
import ssl
import threading
import time
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from clinic_site.health import Health, asks, run_check
from clinic_site.logs.exceptions import kind, said
from clinic_site.running.unsafe.hosts import is_loopback

EVERY_SECONDS, AGAIN_SECONDS = 5 * 60, 60
ANSWERS_WITHIN = 10.0
WAITED_FOR = 2.0  # by the mail; what takes longer is noted at the next round
FAILURES_UNTIL_UNWELL = 3
KEY = "watching-ping"
OWN_CHECK = f"{__name__}.watcher_hears_us"

logger = logging.getLogger(__name__)


def ask(url: str) -> str:
    """Empty where the watcher answered with 2xx, else why not. No redirect is followed: it would
    tell the address to somebody else."""
    try:
        connection = connection_to(url)
    except ValueError:
        return "not https"
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection.request("GET", path, headers={"User-Agent": "clinic-site"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return said(error) or kind(error)
    finally:
        connection.close()
    return "" if 200 <= status < 300 else str(status)


def connection_to(url: str) -> http.client.HTTPConnection:
    """Raises ValueError where the way there is open to others."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        trusted = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, parts.port, timeout=ANSWERS_WITHIN, context=trusted
        )
    if parts.scheme == "http" and is_loopback(host):
        return http.client.HTTPConnection(host, parts.port, timeout=ANSWERS_WITHIN)
    raise ValueError("not https")


class Ping:
    """Of one mail process. Asks beside the mail, as looking up a name alone may take long."""

    def __init__(self) -> None:
        self.next_at = time.monotonic()
        self.thread: threading.Thread | None = None
        self.answer: str | None = None

    def go(self) -> None:
        """One look: note what came of the last one, begin another when it is time."""
        if self.thread is None and time.monotonic() >= self.next_at and is_well_but_for_this():
            self.answer, self.next_at = None, time.monotonic() + EVERY_SECONDS
            self.thread = threading.Thread(target=self.ask, args=[settings.PING_URL], daemon=True)
            self.thread.start()
            self.thread.join(WAITED_FOR)
        if self.thread and not self.thread.is_alive():
            self.thread = None
            why = self.answer if self.answer is not None else "no answer"
            if why:
                self.next_at = time.monotonic() + AGAIN_SECONDS
            note(why)

    def ask(self, url: str) -> None:
        self.answer = ask(url)


ping = Ping()


def ping_when_due(*, at: datetime | None = None) -> None:
    """A chore of the mail process, in each of its rounds."""
    if settings.PING_URL:
        ping.go()


def is_well_but_for_this() -> bool:
    """Else a watcher that was away once would never hear of us again."""
    checks = [path for path in settings.HEALTH_CHECKS if path != OWN_CHECK]
    unwell = [found.name for found in map(run_check, checks) if not found.ok]
    if unwell:
        logger.warning("no ping, as this is unwell: %s", ", ".join(unwell))
    return not unwell


def note(why: str) -> None:
    """For whoever looks at the health of the site, in any process. Raises `django.db.Error`."""
    before = cache.get(KEY) or {}
    now = timezone.now().timestamp()
    if why:
        logger.warning("the watcher outside did not hear us: %s", why)
        failures = int(before.get("failures", 0)) + 1
        cache.set(KEY, {**before, "failures": failures, "why": why}, None)
    else:
        cache.set(KEY, {"heard_at": now, "failures": 0, "why": ""}, None)


@asks(
    "Does the watcher outside hear that the site lives?",
    mend="See that PING_URL is the whole address that the watcher gave you, that it begins with"
    " https://, and that this server may reach it. Until then nobody is told if the server stops.",
)
def watcher_hears_us() -> Health:
    """Bad after three failures in a row. Without PING_URL there is none, which is told."""
    if not settings.PING_URL:
        return Health("ping", ok=True, detail={"ping": "not set up"})
    known = cache.get(KEY) or {}
    heard_at, failures = known.get("heard_at"), int(known.get("failures", 0))
    age = int(timezone.now().timestamp() - heard_at) if heard_at else None
    detail: dict[str, int | str | None] = {"heard_seconds_ago": age, "failures_in_a_row": failures}
    if failures:
        detail["last_failure"] = str(known.get("why", ""))
    return Health("ping", failures < FAILURES_UNTIL_UNWELL, detail)
