"""What a process is doing just now: the request, the round or the mail that a line belongs to."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Facts = dict[str, str | int]
_doing: ContextVar[Facts | None] = ContextVar("doing", default=None)


def doing_now() -> Facts:
    """What every line says of itself, for example `{"request": "482-170-935"}`."""
    return _doing.get() or {}


@contextmanager
def doing(**facts: str | int) -> Iterator[None]:
    """Lines that are written meanwhile hold these facts too."""
    before = _doing.set({**doing_now(), **facts})
    try:
        yield
    finally:
        _doing.reset(before)


def begin(**facts: str | int) -> None:
    """From now on, until the next `begin`: Django writes some lines after its middleware ended."""
    _doing.set(facts)


def new_number() -> str:
    """Nine random digits in threes: said on the telephone, typed into a search."""
    digits = f"{secrets.randbelow(10**9):09d}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
