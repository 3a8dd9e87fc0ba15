"""Until when the rooms should open and decide what came in, and what is late.

The clocks run in the clinic's opening hours and stand still on closed days. Late or not is asked
of the database as a border in time for each class, so no row holds a date that could grow old.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, DateTimeField, F, IntegerField, Q, Value, When
from django.utils import timezone

from clinic_site.hours.opening import when_in_words
from clinic_site.hours.working_time import Calendar, calendar, days_later, hours_later
from clinic_site.hours.working_time import latest_start_due as latest
from clinic_site.models import Clinic, Location
from clinic_site.models.rooms import Closure
from referrals.models import Enquiry
from referrals.models.choices import Status
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Clock, Part

URGENT, SOON, ROUTINE = Enquiry.Urgency.URGENT, Enquiry.Urgency.SOON, Enquiry.Urgency.ROUTINE
Due = Callable[[datetime, Calendar], datetime]


class Limit(NamedTuple):
    """What is to be done, and how long after it came in."""

    verb: str
    due: Due


def in_hours(hours: float) -> Due:
    return lambda start, of: hours_later(start, hours, of=of)


def in_days(days: int) -> Due:
    return lambda start, of: days_later(start, days, of=of)


LIMITS = {
    (Clock.UNREAD, URGENT): Limit("Read", in_hours(1)),
    (Clock.UNREAD, SOON): Limit("Read", in_days(1)),
    (Clock.UNREAD, ROUTINE): Limit("Read", in_days(1)),
    (Clock.UNDECIDED, URGENT): Limit("Decide", in_days(1)),
    (Clock.UNDECIDED, SOON): Limit("Decide", in_days(3)),
    (Clock.UNDECIDED, ROUTINE): Limit("Decide", in_days(3)),
}
CLOCK_OF_STATUS = {
    status: clock
    for clock in (Clock.UNREAD, Clock.UNDECIDED)
    for status in statuses_where(part=Part.TO_DO, clocks=(clock,))
    if status != Status.NEEDS_INFORMATION  # there the rooms wait for the sender
}
RANK_LATE, RANK_OF_URGENCY, RANK_WAITS, RANK_DONE = 0, {URGENT: 1, SOON: 2, ROUTINE: 3}, 4, 5


def clinic_calendar() -> Calendar:
    """The hours of the first place that has any: there somebody reads."""
    clinic = Clinic.current()
    places = Location.objects.filter(clinic=clinic.pk, hours__isnull=False).prefetch_related(
        "hours"
    )
    place = places.first()
    return calendar(
        zone=place.time_zone if place else clinic.time_zone,
        spans=list(place.hours.all()) if place else [],
        closures=list(Closure.objects.filter(clinic=clinic.pk)),
    )


def limit_of(enquiry: Enquiry) -> Limit | None:
    clock = CLOCK_OF_STATUS.get(enquiry.status)
    return LIMITS[clock, Enquiry.Urgency(enquiry.urgency)] if clock else None


def late(*, of: Calendar, now: datetime) -> Q:
    """What is past its time: for each class, all that came before its border."""
    found = Q(pk__in=[])
    for (clock, urgency), limit in LIMITS.items():
        statuses = [status for status, its in CLOCK_OF_STATUS.items() if its is clock]
        border = latest(lambda start, due=limit.due: due(start, of), now=now)  # type: ignore[misc]
        found |= Q(status__in=statuses, urgency=urgency, received_at__lte=border)
    return found


def next_first(*, of: Calendar, now: datetime) -> list[Case | str]:
    """Late, urgent, soon, routine, each from the oldest on; then what waits; then the newest."""
    runs = Q(status__in=list(CLOCK_OF_STATUS))
    by_urgency = [
        When(runs & Q(urgency=urgency), then=Value(rank))
        for urgency, rank in RANK_OF_URGENCY.items()
    ]
    waits = Q(status=Status.NEEDS_INFORMATION)
    rank = Case(
        When(late(of=of, now=now), then=Value(RANK_LATE)),
        *by_urgency,
        When(waits, then=Value(RANK_WAITS)),
        default=Value(RANK_DONE),
        output_field=IntegerField(),
    )
    oldest_first = Case(
        When(runs | waits, then=F("received_at")), default=None, output_field=DateTimeField()
    )
    return [rank, oldest_first, "-received_at", "-pk"]


class Left(NamedTuple):
    """What is to be done until when, in words."""

    words: str
    is_late: bool


def time_left(enquiry: Enquiry, *, of: Calendar, now: datetime) -> Left | None:
    limit = limit_of(enquiry)
    if limit is None:
        return None
    due = limit.due(enquiry.received_at, of).astimezone(of.zone)
    if due <= now:
        return Left(f"{limit.verb} it now: late since {past_in_words(due, now)}", is_late=True)
    words = when_in_words(due, now.astimezone(of.zone))
    return Left(f"{limit.verb} by {words.replace(' at ', ', ')}", is_late=False)


def past_in_words(moment: datetime, now: datetime) -> str:
    """`10.15 am`, `yesterday`, `23 November`."""
    today = now.astimezone(moment.tzinfo).date()
    if moment.date() == today:
        return when_in_words(moment, moment).removeprefix("today at ")
    if moment.date() == today - timedelta(days=1):
        return "yesterday"
    return f"{moment.day} {moment:%B}"


def late_now() -> Q:
    return late(of=clinic_calendar(), now=timezone.now())
