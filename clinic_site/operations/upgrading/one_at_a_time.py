"""Only one process prepares a site: two that migrate at once would each see half of the tables.

On PostgreSQL the database itself holds the lock, so it counts for every machine; it hangs on an
open transaction of a connection of its own, which a pooler hands through. SQLite is one machine's,
so there it is a file that the kernel unlocks when its process ends, however it ends.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

PATIENCE_SECONDS = 600
LOCK = 0x51A0_0001  # any number that nobody else takes in this database
BUSY = "Another process is preparing this site. Waiting until it is done."
GIVEN_UP = (
    "Another process has been preparing this site for {minutes} minutes. Nothing was done. See what"
    " it waits for, or end it, and try again."
)


@contextmanager
def one_at_a_time(*, say: Callable[[str], object], patience: float | None = None) -> Iterator[None]:
    """Wait for the others, and say so. Raises `CommandError` where one takes too long."""
    seconds = PATIENCE_SECONDS if patience is None else patience
    lock = lock_of_database if connection.vendor == "postgresql" else lock_of_file
    with lock(lambda try_it: wait_for(try_it, say=say, seconds=seconds)):
        yield


def wait_for(try_it: Callable[[], bool], *, say: Callable[[str], object], seconds: float) -> None:
    deadline, said = time.monotonic() + seconds, False
    while not try_it():
        if not said:
            say(BUSY)
            said = True
        if time.monotonic() >= deadline:
            raise CommandError(GIVEN_UP.format(minutes=round(seconds / 60)))
        time.sleep(0.2)


Waiting = Callable[[Callable[[], bool]], None]


@contextmanager
def lock_of_database(wait: Waiting) -> Iterator[None]:
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:  # a server may end what stands idle, and the lock with it
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

    def try_it() -> bool:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            return bool(cursor.fetchone()[0])

    try:
        wait(try_it)
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def lock_of_file(wait: Waiting) -> Iterator[None]:
    folder = Path(settings.VAR_DIR)
    descriptor = os.open(folder / "prepare.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_it() -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        give_to_the_owner_of(folder, descriptor)
        wait(try_it)
        yield
    finally:
        os.close(descriptor)


def give_to_the_owner_of(folder: Path, descriptor: int) -> None:
    """What root locked, the site's own user must be able to lock the next time."""
    if os.geteuid() == 0:
        status = folder.stat()
        os.fchown(descriptor, status.st_uid, status.st_gid)
