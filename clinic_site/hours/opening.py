"""When rooms are open, and their hours in words. Pure functions over weekday, opens, closes."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June"]
MONTHS += ["July", "August", "September", "October", "November", "December"]


class Span(Protocol):
    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


class Line(NamedTuple):
    """Days and hours as people say them: `Monday to Friday`, `8 am to 5 pm`."""

    days: str
    hours: str


def time_in_words(moment: time | datetime) -> str:
    """`8 am`, `12.30 pm`. In the zone that it is given in: see `timezone.localtime`."""
    hour = moment.hour % 12 or 12
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def weekly_lines(spans: Iterable[Span]) -> list[Line]:
    """The week, with neighbouring days of equal hours in one line. Closed days are left out."""
    hours_of: dict[int, str] = {}
    for span in sorted(spans, key=lambda s: (s.weekday, s.opens)):
        words = f"{time_in_words(span.opens)} to {time_in_words(span.closes)}"
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


class Days(Protocol):
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...


class Now(NamedTuple):
    """Whether a door is open, and in words until when, or from when."""

    is_open: bool
    words: str


def open_until(closes: str, zone: str) -> Now:
    """`Open now, until 5 pm (Sydney time)`: a daughter in Perth reads it too."""
    return Now(True, f"Open now, until {closes} ({zone})")


def closed_until(opens: str, zone: str) -> Now:
    """`Closed now, opens Monday at 8 am (Sydney time)`, or only that it is closed."""
    return Now(False, f"Closed now, opens {opens} ({zone})" if opens else "Closed now")


def zone_in_words(name: str) -> str:
    """`Sydney time`."""
    return f"{name.rpartition('/')[2].replace('_', ' ')} time"


LOOK_AHEAD = 60  # days; a closure longer than that has words of its own


def open_at(
    moment: datetime, *, spans: Iterable[Span], closures: Iterable[Days], zone: str
) -> Now | None:
    """Whether it is open and until when; None without any hours.

    `moment` is in the time zone of the place, and `zone` is that zone in words.
    """
    week = touching_spans_joined(spans)
    if not week:
        return None
    closed = list(closures)
    closing = closes_next(moment, week, closed)
    if closing:
        return open_until(time_in_words(closing.time()), zone)
    following = opens_next(moment, week, closed)
    return closed_until(when_in_words(following, moment) if following else "", zone)


Week = dict[int, list[tuple[time, time]]]


def touching_spans_joined(spans: Iterable[Span]) -> Week:
    """Of each weekday when it opens and closes; 8 to 12 and 12 to 5 is 8 to 5."""
    week: Week = {}
    for span in sorted(spans, key=lambda s: (s.weekday, s.opens)):
        day = week.setdefault(span.weekday, [])
        if day and span.opens <= day[-1][1]:
            day[-1] = (day[-1][0], max(day[-1][1], span.closes))
        else:
            day.append((span.opens, span.closes))
    return week


def hours_on(day: date, week: Week, closures: list[Days]) -> list[tuple[time, time]]:
    if any(closure.first_day <= day <= closure.last_day for closure in closures):
        return []
    return week.get(day.weekday(), [])


def closes_next(moment: datetime, week: Week, closures: list[Days]) -> datetime | None:
    """When the door that is open at `moment` closes; None while it is closed."""
    for opens, closes in hours_on(moment.date(), week, closures):
        if opens <= moment.time() < closes:
            return datetime.combine(moment.date(), closes, tzinfo=moment.tzinfo)
    return None


def opens_next(moment: datetime, week: Week, closures: list[Days]) -> datetime | None:
    """The first opening after `moment`; None when none is in sight."""
    for ahead in range(LOOK_AHEAD):
        day = moment.date() + timedelta(days=ahead)
        for opens, _ in hours_on(day, week, closures):
            if ahead or opens > moment.time():
                return datetime.combine(day, opens, tzinfo=moment.tzinfo)
    return None


def when_in_words(opening: datetime, moment: datetime) -> str:
    """`today at 1 pm`, `Monday at 8 am`, `Monday 4 January at 8 am`; both in one time zone."""
    ahead = (opening.date() - moment.date()).days
    return f"{day_in_words(opening.date(), ahead)} at {time_in_words(opening.time())}"


def day_in_words(day: date, ahead: int) -> str:
    if ahead == 0:
        return "today"
    name = DAYS[day.weekday()]
    return name if ahead < 7 else f"{name} {day.day} {MONTHS[day.month - 1]}"
