"""Who works with this site's data: web and mail hold a lock, and whoever moves it asks for it.

The lock is on a file in VAR_DIR. The kernel lets go of it when a process ends, however it ends.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

BEING_MOVED = (
    "The database is being moved to another place, or brought back from a backup (manage.py"
    " move_database, restore). Start again when that has ended: until then, what comes in would be"
    " lost."
)
_held: dict[Path, int] = {}  # by this process, until it ends


class InUse(Exception):
    """Another process holds the lock."""


def note_that_it_runs() -> None:
    """For web and mail: from now until this process ends. Raises `ImproperlyConfigured` while the
    database is moved or brought back. A folder that takes no lock stops nobody from serving."""
    if settings.VAR_DIR in _held:
        return
    with suppress(OSError):
        lock = opened()
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ImproperlyConfigured(BEING_MOVED) from None
        _held[settings.VAR_DIR] = lock


@contextmanager
def nobody_else() -> Iterator[None]:
    """Neither web nor mail runs on this VAR_DIR, and none can start. Raises `InUse`."""
    lock = opened()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUse from None
    finally:
        os.close(lock)


def opened() -> int:
    return os.open(settings.VAR_DIR / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)


def something_listens(host: str, port: int) -> bool:
    """Whether the address is taken; a socket unit listens without any process. It is not rung:
    that would start one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return problem.errno == errno.EADDRINUSE
    return False
