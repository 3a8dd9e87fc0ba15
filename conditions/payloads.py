"""What a publication holds: plain data in a numbered format, written once and never rewritten.

Whoever reads a stored payload asks `upgraded` or `readable` for it, so that all else knows the
format of today alone. A new format is one step in `UPGRADES`; a payload of the format before is
kept as a sample for the tests.
"""

from collections.abc import Callable, Mapping
from typing import Any, NotRequired, TypedDict, cast


class BlockPayload(TypedDict):
    """What all kinds of block hold; each kind adds its own (`conditions/blocks/`)."""

    kind: str
    instructs: NotRequired[str]  # where it tells a person what to do: see `models.Instructs`


class KeyFactPayload(TypedDict):
    label: str
    value: str


class SourcePayload(TypedDict):
    code: str
    citation: str
    url: str


class TermPayload(TypedDict):
    term: str
    variants: list[str]
    pronunciation: str
    definition: str


class PassageWords(TypedDict):
    """A passage of the list of passages, frozen into each page that shows it."""

    passage: str
    shape: str
    level: str
    heading: str
    html: str
    instructs: NotRequired[str]


class StagePayload(TypedDict):
    slug: str
    name: str


class PagePayload(TypedDict):
    """A page word for word. `terms` is the glossary page's list, `stages` the home page's."""

    format: int
    section: str
    slug: str
    title: str
    menu_title: str
    lead: str
    stage: str
    ordering: int
    in_planner: bool
    key_facts: list[KeyFactPayload]
    blocks: list[BlockPayload]
    sources: list[SourcePayload]
    glossary: list[TermPayload]
    terms: NotRequired[list[TermPayload]]
    stages: NotRequired[list[StagePayload]]


# A stored payload of any format; an empty one is a page that was withdrawn or redacted.
StoredPayload = Mapping[str, Any]
Step = Callable[[dict[str, Any]], dict[str, Any]]

# From each format that was ever written to the next: a step takes a payload of its format and
# returns a new one, without its number. It changes nothing in what it was given.
UPGRADES: dict[int, Step] = {}


class UnknownPayload(ValueError):
    """A payload written by another version of this software."""


def current_format() -> int:
    """The format that is written today: one more than there are steps."""
    return len(UPGRADES) + 1


def upgraded(stored: StoredPayload) -> PagePayload:
    """A stored payload in the format of today; what is stored stays as it is.

    Raises `UnknownPayload` for an empty payload and for a format that this software never wrote.
    """
    number = stored.get("format")
    if type(number) is not int or not 1 <= number <= current_format():
        raise UnknownPayload(f"payload format {number!r}")
    payload = dict(stored)
    for before in range(number, current_format()):
        payload = {**UPGRADES[before](payload), "format": before + 1}
    return cast(PagePayload, payload)


def readable(stored: StoredPayload | None) -> PagePayload | None:
    """The same; None where there are no words, or none that this software can read."""
    try:
        return upgraded(stored) if isinstance(stored, Mapping) else None
    except UnknownPayload:
        return None
