"""How many wrong passwords and codes are let through, and how long the next try must wait.

Every try is counted before it is checked, so that a hundred at once are not all checked, and is
taken back when it was right. docs/decisions/022 says whom each of these may slow down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from clinic_site.counting import count, counted, forget, take_back, tally
from clinic_site.sign_in.places import Place

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
GROWING = ((5, QUARTER), (10, HOUR), (30, DAY))
WRONG_FROM_ONE_ADDRESS = 50  # passwords in an hour, whatever the account
UNDER_ATTACK = 100  # wrong passwords for one account in an hour, wherever they came from
RESETS = ((3, HOUR), (6, DAY))  # mails with a link for a new password, to one account
RESETS_FROM_ONE_ADDRESS = 20  # asked for in an hour, whatever the account
ANY_NUMBER = 10**9
ELSEWHERE = "elsewhere"


class TooMany(Exception):
    """No further try yet. `seconds` until there is one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """At most `most` wrong tries from `source` within that time."""

    what: str
    source: str
    most: int
    within: timedelta

    @property
    def row(self) -> dict[str, str]:
        return {"purpose": f"{self.what} {self.within.total_seconds():.0f}", "source": self.source}

    def count(self, at: datetime) -> int:
        purpose, source = self.row["purpose"], self.row["source"]
        return count(purpose=purpose, source=source, at=at, within=self.within)

    def seconds_left(self, at: datetime) -> int:
        so_far = tally(**self.row, at=at)
        if so_far.number < self.most:
            return 0
        return int((so_far.ends_at - at).total_seconds()) + 1


@dataclass(frozen=True)
class Attempt:
    """One try that was counted. `fullest` is how many there were within the shortest span."""

    limits: Sequence[Limit]
    fullest: int

    def was_right(self) -> None:
        for limit in self.limits:
            take_back(**limit.row)


def begin(limits: Sequence[Limit], *, at: datetime) -> Attempt:
    """Count one try, before it is checked. Raises `TooMany`."""
    refuse_if_full(limits, at)
    numbers = [limit.count(at) for limit in limits]
    attempt = Attempt(limits, numbers[0])
    if any(number > limit.most for number, limit in zip(numbers, limits, strict=True)):
        attempt.was_right()  # others were faster: this one is not checked, so not counted
        refuse_if_full(limits, at)
        raise TooMany(1)
    return attempt


def refuse_if_full(limits: Sequence[Limit], at: datetime) -> None:
    seconds = max(limit.seconds_left(at) for limit in limits)
    if seconds:
        raise TooMany(seconds)


def growing(what: str, source: str) -> list[Limit]:
    return [Limit(what, source, most, within) for most, within in GROWING]


def password_limits(account: str, user: User | None, place: Place, *, at: datetime) -> list[Limit]:
    """`account` stands for the person, or for the name typed where there is no such person."""
    if place.knows(user):
        return growing("password in browser", f"{account} {place.browser}")
    limits = growing("password", f"{account} {place.address}")
    whole = everywhere(account)
    attacked = counted(**whole.row, at=at) >= UNDER_ATTACK
    if attacked and not place.is_familiar(user, at=at):
        limits.append(Limit("password while attacked", f"{account} {place.address}", 1, HOUR))
    if place.address:
        limits.append(Limit("password from", place.address, WRONG_FROM_ONE_ADDRESS, HOUR))
    return [*limits, whole]


def everywhere(account: str) -> Limit:
    """Refuses nobody: an account is watched as a whole, so that it can be made harder to try."""
    return Limit("password for", account, ANY_NUMBER, HOUR)


def code_limits(what: str, user: User, place: Place, *, at: datetime) -> list[Limit]:
    """Codes are asked for only after the right password, so this is about who knows it."""
    return growing(what, f"{user.pk} {where_from(place, user, at=at)}")


def where_from(place: Place, user: User | None, *, at: datetime) -> str:
    """Her own browser, an address of hers, or anywhere else."""
    if place.knows(user):
        return f"browser {place.browser}"
    return f"address {place.address}" if place.is_familiar(user, at=at) else ELSEWHERE


def reset_limits(account: str, user: User | None, place: Place, *, at: datetime) -> list[Limit]:
    """How often a new password is asked for by mail. Strangers never use up what she may ask for at
    her own desk. `account` as in `password_limits`."""
    source = f"{account} {where_from(place, user, at=at)}"
    return [Limit("reset", source, most, within) for most, within in RESETS]


def resets_from(place: Place) -> list[Limit]:
    """Of one network address; of none while it is not known."""
    address = place.address
    most = RESETS_FROM_ONE_ADDRESS if address else ANY_NUMBER
    return [Limit("reset from", address, most, HOUR)]


def is_within(limits: Sequence[Limit], *, at: datetime) -> bool:
    """Count one, where no refusal is said."""
    try:
        begin(limits, at=at)
    except TooMany:
        return False
    return True


def spoken_limits(user: User) -> list[Limit]:
    """Of the code that a colleague read to her: from everywhere together, as it is short-lived."""
    return growing("spoken code", str(user.pk))


def forget_wrong_passwords(user: User) -> None:
    """A new password. Wrong codes still count: who has her mailbox, and not her phone, could else
    try codes for ever by asking for a new password each time."""
    forget(**everywhere(account_of(user)).row)


def forget_wrong_tries(user: User) -> None:
    """A new phone, or none: what a stranger tried before holds nobody up any more."""
    for what in ("code", "recovery code"):
        for limit in growing(what, f"{user.pk} {ELSEWHERE}"):
            forget(**limit.row)
    for limit in spoken_limits(user):
        forget(**limit.row)
    forget_wrong_passwords(user)


def account_of(user: User | None, *, typed: str = "") -> str:
    """What an account is counted under: a name that nobody has is counted like any other."""
    return f"user {user.pk}" if user else f"name {typed.strip().casefold()}"


def wait_in_words(seconds: int) -> str:
    """A wait as people say it, never shorter than it is: “12 minutes”."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds > size or size == 1:
            number = -(-seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    raise AssertionError
