"""Passwords are kept as Argon2id, and few are looked at at a time.

Django's usual 100 MB for each would let a stranger fill a small server with two dozen wrong
passwords at once. 19 MiB in two rounds is what OWASP's sheet on password storage asks for.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_A_TIME = 2  # in one web process
WAIT_SECONDS = 4

_places = threading.BoundedSemaphore(AT_A_TIME)


class Argon2InLittleMemory(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


class TooBusy(Exception):
    """Very many passwords are being looked at: nothing was looked at, and nothing counted."""


@contextmanager
def one_of_few() -> Iterator[None]:
    """Hold one of the few places. Raises `TooBusy` after a few seconds."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise TooBusy
    try:
        yield
    finally:
        _places.release()
