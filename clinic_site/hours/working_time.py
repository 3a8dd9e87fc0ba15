"""Time as the rooms count it: hours and days on which somebody is there to read.

A clock that starts on a Saturday waits for Monday. Pure functions over a `Calendar`.
"""

import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from clinic_site.hours.opening import Days, Span, Week, hours_on, touching_spans_joined
from clinic_site.hours.rooms import Hours

OFFICE_HOURS = [Hours(weekday, time(9), time(17)) for weekday in range(5)]
LOOK_AHEAD = 400  # days: the longest time in which no open day is found
EARLIEST = date.min + timedelta(days=2)
STEPS = 32  # a year halved so often is a hundredth of a second


class Calendar(NamedTuple):
    """When the rooms are open, in their time zone."""

    zone: zoneinfo.ZoneInfo
    week: Week
    closures: list[Days]


def calendar(*, zone: str, spans: Iterable[Span], closures: Iterable[Days]) -> Calendar:
    """Without any hours: nine to five from Monday to Friday, so that no clock stands still."""
    week = touching_spans_joined(spans) or touching_spans_joined(OFFICE_HOURS)
    return Calendar(zoneinfo.ZoneInfo(zone), week, list(closures))


def hours_later(start: datetime, hours: float, *, of: Calendar) -> datetime:
    """When the rooms were open for so many hours since `start`."""
    left = timedelta(hours=hours)
    for opens, closes in open_spans(start, of):
        if opens + left <= closes:
            return opens + left
        left -= closes - opens
    return start + left  # no open day in sight: the plain clock


def days_later(start: datetime, days: int, *, of: Calendar) -> datetime:
    """The same time of day, so many open days later, within the hours of that day."""
    begins = next((opens for opens, _ in open_spans(start, of)), None)
    if begins is None:
        return start + timedelta(days=days)
    clock = begins.astimezone(of.zone)
    following = (clock.date() + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD))
    open_days = [day for _, day in zip(range(days), open_ones(following, of), strict=False)]
    if len(open_days) < days:
        return start + timedelta(days=days)
    return within_hours(clock.time(), open_days[-1] if open_days else clock.date(), of)


def open_ones(days: Iterable[date], of: Calendar) -> Iterator[date]:
    return (day for day in days if hours_on(day, of.week, of.closures))


def within_hours(clock: time, day: date, of: Calendar) -> datetime:
    """That time of an open day, or the nearest in its hours before which nobody is late."""
    spans = hours_on(day, of.week, of.closures)
    for opens, closes in spans:
        if clock <= closes:
            return datetime.combine(day, max(clock, opens), tzinfo=of.zone)
    return datetime.combine(day, spans[-1][1], tzinfo=of.zone)


def open_spans(start: datetime, of: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """From `start` on, when the rooms open and close; in UTC, where an hour is an hour."""
    utc = zoneinfo.ZoneInfo("UTC")
    first = day_of(start, of)
    for ahead in range(LOOK_AHEAD):
        day = first + timedelta(days=ahead)
        for opens, closes in hours_on(day, of.week, of.closures):
            begins = datetime.combine(day, opens, tzinfo=of.zone).astimezone(utc)
            ends = datetime.combine(day, closes, tzinfo=of.zone).astimezone(utc)
            if ends > start:
                yield max(begins, start), ends


def day_of(start: datetime, of: Calendar) -> date:
    """The day in the zone of the rooms; for a slip like the year 1, the first that every zone has,
    so that no one row stops a list."""
    try:
        return max(start.astimezone(of.zone).date(), EARLIEST)
    except OverflowError:
        return EARLIEST


def latest_start_due(due: Callable[[datetime], datetime], *, now: datetime) -> datetime:
    """The newest start of a clock that is over `now`: what came later still has time.

    `due` never gives an earlier end for a later start, so the border is found by halving.
    """
    early, late = now - timedelta(days=LOOK_AHEAD), now
    if due(late) <= now:
        return late
    for _ in range(STEPS):
        middle = early + (late - early) / 2
        if due(middle) <= now:
            early = middle
        else:
            late = middle
    return early
