"""What a check of the doctor says. A check is a function that returns `Finding`s; none is well.

It is declared once (`asks`) and named in settings.DOCTOR_CHECKS. `manage.py doctor`, the daily
visit of the mail process and `manage.py check --deploy` all ask the same functions.
"""

import threading
from collections.abc import Callable, Iterable
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, TypeVar

from django.conf import settings

Result = TypeVar("Result")


class Level(StrEnum):
    """A hint is worth knowing and makes nothing unwell."""

    WELL = "well"
    HINT = "hint"
    UNWELL = "unwell"
    NOT_ASKED = "not asked"


class Needs(IntEnum):
    """What a check asks. `check --deploy` asks the first, with `--database` all but the last."""

    SETTINGS = 0
    FOLDERS = 1
    DATABASE = 2
    NETWORK = 3


class Finding(NamedTuple):
    """`name` stays the same from day to day; `says` and `mend` are sentences for a person.

    Neither holds a password, a key or anything about a patient. An empty `mend` is the check's own.
    """

    name: str
    says: str
    mend: str = ""
    level: Level = Level.UNWELL


class NotAsked(Exception):
    """A check could not be asked, for the reason it carries; another check says what is wrong."""


def only_if_public() -> None:
    """Raise `NotAsked` on a machine for trying out, which may lack what a real site must have."""
    if settings.SITE_IS_LOOPBACK:
        raise NotAsked("this is a machine for trying out")


Check = Callable[[], Iterable[Finding]]


def asks(
    question: str, *, mend: str, needs: Needs = Needs.DATABASE, daily: bool = True
) -> Callable[[Check], Check]:
    """What a check asks, what to do when the answer is no, and what it needs for asking.

    `daily`: also a part of the short form that the mail process asks once a day.
    """

    def decorated(check: Any) -> Check:
        check.question, check.mend, check.needs, check.daily = question, mend, needs, daily
        return check

    return decorated


def well(name: str, says: str) -> Finding:
    return Finding(name, says, level=Level.WELL)


def hint(name: str, says: str, mend: str = "") -> Finding:
    return Finding(name, says, mend, level=Level.HINT)


def within(seconds: float, ask: Callable[[], Result]) -> Result:
    """The answer, or TimeoutError: names are looked up and servers drip without any end.

    What hangs stays behind in a thread of its own, which ends with the process.
    """
    found: list[Result] = []
    failed: list[BaseException] = []

    def asked() -> None:
        try:
            found.append(ask())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=asked, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError(f"no answer within {seconds:.0f} seconds")
    return found[0]
