"""Whether pages still say what is so: one number, the same until something changes.

Each process asks the database at most once a second, and only while somebody reads. A file whose
time each staff request changes makes all of this machine's processes ask at once.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.module_loading import import_string

EACH_SECONDS = 0.8
FILE = "pages-changed"

logger = logging.getLogger(__name__)


class State(NamedTuple):
    """`version` counts changes that this process saw; `is_away` while nobody can tell."""

    version: int
    is_away: bool


class Freshness:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.state = State(0, is_away=True)
        self._clock, self._lock = clock, threading.Lock()
        self._ask_at = clock()
        self._seen: int | None = None
        self._file = str(path_of_file())
        self._facts = ""

    def now(self) -> State:
        """Costs microseconds, and a question in each second. All wait for the answer after a
        staff request; else one asks, and the others go on with what was so a moment ago."""
        changed = changed_at(self._file)
        if changed != self._seen:
            with self._lock:
                if changed != self._seen:
                    self._ask()
                    self._seen = changed
        elif self._clock() >= self._ask_at and self._lock.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._lock.release()
        return self.state

    def ask(self) -> State:
        """Now, as an answer was an error."""
        with self._lock:
            self._ask()
        return self.state

    def _ask(self) -> None:
        try:
            facts = asked()
        except Error:
            self.state = self.state._replace(is_away=True)
        else:
            version = self.state.version + (facts != self._facts)
            self.state, self._facts = State(version, is_away=False), facts
        self._ask_at = self._clock() + EACH_SECONDS


_of_this_process: list[Freshness] = []


def watch_for_all(freshness: Freshness) -> None:
    """What else this process keeps may hold for as long as its pages do."""
    _of_this_process[:] = [freshness]


def version_here() -> int | None:
    """Another number as soon as a public page would say something else; None where nobody can
    tell: this process keeps no pages, or its database is away."""
    state = _of_this_process[0].now() if _of_this_process else None
    return None if state is None or state.is_away else state.version


def version_heard_of() -> int | None:
    """The same as this process last heard of it, without asking. A page that is made now says what
    is so at this version or a later one; None where this process keeps no pages."""
    return _of_this_process[0].state.version if _of_this_process else None


def asked() -> str:
    """All that public pages read, in short (`settings.PAGES_READ`). Raises Django's `Error`."""
    close_old_connections()  # outside of a request Django does not look after them
    try:
        return repr([import_string(path)() for path in settings.PAGES_READ])
    except Error:
        raise
    except Exception:  # a fault of ours may cost speed: nothing that is kept counts any more
        logger.exception("nobody can tell whether pages are fresh")
        return repr(time.monotonic_ns())
    finally:
        close_old_connections()


def path_of_file() -> Path:
    return Path(settings.VAR_DIR) / FILE


def changed_at(file: str) -> int:
    """Nanoseconds; 0 where nothing was told yet."""
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return 0


def tell_of_change() -> None:
    """What the public reads may be another now, and is committed. Where the file cannot be
    written, each process finds out within a second."""
    with suppress(OSError):
        path_of_file().touch(mode=0o600)
        moment = time.time_ns()  # given, as a disk's own clock stands still for milliseconds
        os.utime(path_of_file(), ns=(moment, moment))
