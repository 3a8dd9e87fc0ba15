"""The last twelve weeks or months of the clinic, as borders in time."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

HOW_MANY = 12
WEEK, MONTH = "week", "month"
LABELS = {WEEK: "Week", MONTH: "Month"}


class Period(NamedTuple):
    """From the first midnight up to, not including, the last."""

    words: str
    start: datetime
    end: datetime
    is_over: bool


def last_periods(by: str, *, now: datetime) -> list[Period]:
    """Newest first; the first of them goes on."""
    today = timezone.localdate(now)
    first = today - timedelta(days=today.weekday()) if by == WEEK else today.replace(day=1)
    found = []
    for _ in range(HOW_MANY):
        after = first + timedelta(days=7) if by == WEEK else next_month(first)
        words = week_in_words(first) if by == WEEK else f"{first:%B %Y}"
        found.append(Period(words, midnight(first), midnight(after), after <= today))
        first = first - timedelta(days=7) if by == WEEK else month_before(first)
    return found


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def week_in_words(monday: date) -> str:
    """`23 to 29 November`, `30 November to 6 December`."""
    sunday = monday + timedelta(days=6)
    begins = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%B}"
    return f"{begins} to {sunday.day} {sunday:%B}"


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
