"""Opening hours in words. Pure functions over rows of weekday, opens, closes."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple, Protocol

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Span(Protocol):
    weekday: int
    opens: time
    closes: time


class Line(NamedTuple):
    """Days and hours as people say them: `Monday to Friday`, `8 am to 5 pm`."""

    days: str
    hours: str


def in_words(moment: time) -> str:
    """`8 am`, `12.30 pm`."""
    hour = moment.hour % 12 or 12
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def weekly_lines(spans: Iterable[Span]) -> list[Line]:
    """The week, with neighbouring days of equal hours in one line. Closed days are left out."""
    hours_of: dict[int, str] = {}
    for span in sorted(spans, key=lambda s: (s.weekday, s.opens)):
        words = f"{in_words(span.opens)} to {in_words(span.closes)}"
        earlier = hours_of.get(span.weekday)
        hours_of[span.weekday] = f"{earlier} and {words}" if earlier else words
    runs: list[tuple[int, int, str]] = []
    for day, words in hours_of.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], day, words)
        else:
            runs.append((day, day, words))
    return [Line(day_names(first, last), words) for first, last, words in runs]


def day_names(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]} to {DAYS[last]}"
