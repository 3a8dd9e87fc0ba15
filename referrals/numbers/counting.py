"""What came in and how long it waited, for each week or month: the database counts and adds up.

Working time is known to Python only. So of the waiting the database gives the moments, of a bounded
time and of not more than so many enquiries.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from clinic_site.hours.open_time import OpenTime
from referrals.inbox.clocks import clinic_calendar
from referrals.models import Enquiry, Event
from referrals.models.choices import EventKind, Status
from referrals.numbers.periods import Period

DECISIONS = [EventKind.ACCEPTED, EventKind.ASKED, EventKind.RETURNED]
WAITS_AT_MOST = 25_000  # enquiries whose waiting is added up, the newest
MEDIAN, SLOWEST_TENTH = 0.5, 0.9


@dataclass
class Wait:
    """How long something took, in open hours, of how many."""

    number: int = 0
    median: str = ""
    slowest_tenth: str = ""


@dataclass
class Counts:
    """One period. Each dictionary is by the value of the column."""

    period: Period
    total: int = 0
    share: int = 0  # of the busiest period, in hundredths: as long as its bar
    suspected: int = 0
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    urgencies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ways_in: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    waits: dict[str, Wait] = field(default_factory=dict)


def counts_of(periods: list[Period]) -> list[Counts]:
    """Each period with what came in; suspected spam is counted apart."""
    found = [Counts(period) for period in periods]
    rows = came_in(periods).annotate(period=place_of(periods))
    grouped = rows.values_list("period", "kind", "urgency", "way_in", "status")
    for place, kind, urgency, way_in, status, number in grouped.annotate(n=Count("pk")).order_by():
        add(found[place], kind, urgency, way_in, number, is_spam=status == Status.SPAM)
    busiest = max((one.total for one in found), default=0) or 1
    for one in found:
        one.share = round(100 * one.total / busiest)
    return found


def add(
    counts: Counts, kind: str, urgency: str, way_in: str, number: int, *, is_spam: bool
) -> None:
    if is_spam:
        counts.suspected += number
        return
    counts.total += number
    counts.kinds[kind] += number
    counts.ways_in[way_in] += number
    if kind == Enquiry.Kind.REFERRAL:  # a message has no urgency of its own
        counts.urgencies[urgency] += number


def came_in(periods: list[Period]) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(
        received_at__gte=periods[-1].start, received_at__lt=periods[0].end
    )


def place_of(periods: list[Period]) -> Case:
    """In which of the periods it came in; they go down in time."""
    whens = [When(received_at__gte=one.start, then=Value(n)) for n, one in enumerate(periods)]
    return Case(*whens, default=Value(len(periods) - 1), output_field=IntegerField())


# --- Waiting --------------------------------------------------------------------------------

STEPS = {"opened": "To opening", "decided": "To a decision", "filed": "To filing"}


def add_waits(found: list[Counts], *, now: datetime) -> bool:
    """Median and slowest tenth of each step, by the period in which it came in. False where there
    were too many, so that only the newest count."""
    periods = [one.period for one in found]
    open_time = OpenTime(start=periods[-1].start, end=now, of=clinic_calendar())
    seconds: dict[tuple[int, str], list[float]] = defaultdict(list)
    rows = list(moments(periods)[: WAITS_AT_MOST + 1])
    for row in rows[:WAITS_AT_MOST]:
        for step in STEPS:
            if row[step]:
                taken = open_time.between(row["received_at"], row[step])
                seconds[row["period"], step].append(taken)
    for place, one in enumerate(found):
        one.waits = {step: wait_of(seconds[place, step]) for step in STEPS}
    return len(rows) <= WAITS_AT_MOST


def moments(periods: list[Period]) -> Any:
    """When each came in, was first opened, first decided and filed; suspected spam is left out."""
    decided = Event.objects.filter(enquiry=OuterRef("pk"), kind__in=DECISIONS).order_by()
    first = decided.values("enquiry").annotate(at_first=Min("at")).values("at_first")
    rows = (
        came_in(periods)
        .exclude(status=Status.SPAM)
        .annotate(period=place_of(periods), decided=Subquery(first))
    )
    names = {"opened": F("opened_at"), "filed": F("filed_at")}
    return rows.values("period", "received_at", "decided", **names).order_by("-received_at")


def wait_of(seconds: Iterable[float]) -> Wait:
    ordered = sorted(seconds)
    if not ordered:
        return Wait()
    return Wait(
        len(ordered),
        in_words(nearest(ordered, MEDIAN)),
        in_words(nearest(ordered, SLOWEST_TENTH)),
    )


def nearest(ordered: list[float], part: float) -> float:
    """The value below which that part of them lies: one that was measured, none between two."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def in_words(seconds: float) -> str:
    """`12 min`, `3 h 5 min`, `26 h`."""
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{round(minutes / 60)} h"
