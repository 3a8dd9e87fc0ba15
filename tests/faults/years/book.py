"""What the people outside know: what was acknowledged to them, and what reached them by mail.

Kept apart from the site, so that the site can be held against it. It outlives every restart.
"""

import pickle
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Entry:
    """One enquiry as its sender knows it. `reference` is empty until the site said that it came."""

    number: int
    kind: str  # "referral" or "message"
    name: str  # of the patient, or of whoever wrote; nobody else bears it
    words: str  # found in its reason or its text, and in no other
    email: str
    right_email: str
    address: str  # of the sender's network
    born: date | None = None
    is_spam: bool = False
    is_urgent: bool = False
    is_red: bool = False
    neglected: bool = False  # the rooms forget it until something calls it to mind
    reference: str = ""
    receipt: str = ""
    status: str = ""
    letter: str = ""  # SHA-256 of what was attached
    acknowledged_at: datetime | None = None
    touched_at: datetime | None = None  # the last contact, as its sender and the rooms know it
    filed: bool = False
    held: bool = False
    called_spam: bool = False  # the site or the rooms set it aside once
    link_is_off: bool = False
    erasure: str = ""  # "", "asked" or "done": a person's wish, beside the clinic's rule
    answers: list[str] = field(default_factory=list)
    gone: str = ""  # why it is erased, once that was found lawful


@dataclass
class World:
    """Everything that goes on outside the site, with the chance that moves it."""

    rng: Random
    seed: int
    now: datetime
    per_day: float
    heavy_days: int  # the chores that read everything run each so many days
    entries: list[Entry] = field(default_factory=list)
    by_reference: dict[str, Entry] = field(default_factory=dict)
    figures: dict[int, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    mail: Counter[str] = field(default_factory=Counter)
    message_ids: dict[str, int] = field(default_factory=dict)
    named_at: datetime | None = None  # the last mail of what has no end
    bounced: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)  # links to questions of the rooms
    away_until: datetime | None = None  # the mail server
    staff: list[str] = field(default_factory=list)
    staff_made: int = 0
    closed: list[tuple[date, date]] = field(default_factory=list)
    signed_at: datetime | None = None
    outcomes: Counter[str] = field(default_factory=Counter)

    def count(self, what: str, more: int = 1) -> None:
        self.figures.setdefault(self.now.year, Counter())[what] += more

    def fault(self, words: str) -> None:
        self.faults.append(f"{self.now:%Y-%m-%d %H:%M} {words}")
        self.count("faults")

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def acknowledged(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.reference]

    def is_closed(self, day: date) -> bool:
        return day.weekday() > 4 or any(first <= day <= last for first, last in self.closed)


def word(number: int) -> str:
    """`12` as letters: names of people have no digits."""
    out = ""
    for _ in range(4):
        number, rest = divmod(number, 26)
        out = LETTERS[rest] + out
    return out


def save(world: World, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(world))
    part.replace(path)


def load(path: Path) -> World:
    world = pickle.loads(path.read_bytes())  # noqa: S301 - our own, written a moment ago
    assert isinstance(world, World)
    return world
