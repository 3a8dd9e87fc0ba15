"""Until when the rooms should ring, open, decide and book, and what is late.

The clocks run in the clinic's opening hours and stand still on closed days; that of a red flag
never stops. Late or not is asked of the database as a border in time for each class, so no row
holds a date that could grow old.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import Case, DateTimeField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils import timezone

from clinic_site.hours.opening import when_in_words
from clinic_site.hours.working_time import Calendar, days_later, hours_later
from clinic_site.hours.working_time import latest_start_due as latest
from clinic_site.models import Clinic
from referrals.models import Enquiry, Event, InboxLimits
from referrals.models.choices import Status
from referrals.states.lookups import statuses_where
from referrals.states.reaching import REMIND_AFTER_DAYS
from referrals.states.read_by import LOOK_BACK, calendar_of
from referrals.states.shapes import Clock, Part

URGENT, SOON, ROUTINE = Enquiry.Urgency.URGENT, Enquiry.Urgency.SOON, Enquiry.Urgency.ROUTINE
Due = Callable[..., datetime]  # of a start, in a calendar `of`
RING, READ, DECIDE, BOOK = "ring", "read", "decide", "book"
FOUND_WITHIN = timedelta(milliseconds=10)  # what is due at this very moment is late
VERBS = {READ: "Read", DECIDE: "Decide", BOOK: "Book"}
# A red flag above all; what somebody asked to see today; then by how soon it must be done.
# What is accepted and not booked comes after all that is not decided.
RANK_RING, RANK_REMIND, RANK_LATE, RANK_LOOK, RANK_BOOK, RANK_WAITS, RANK_DONE = 0, 1, 2, 5, 7, 8, 9
RANK_OF_URGENCY = {URGENT: 3, SOON: 4, ROUTINE: 6}


def clock_of_status() -> dict[str, str]:
    """What the rooms have still to do, by state."""
    return {
        status: {Clock.UNREAD: READ, Clock.UNDECIDED: DECIDE}[clock]
        for clock in (Clock.UNREAD, Clock.UNDECIDED)
        for status in statuses_where(part=Part.TO_DO, clocks=(clock,))
        if status != Status.NEEDS_INFORMATION  # there the rooms wait for the sender
    }


def undecided() -> list[str]:
    return [*clock_of_status(), Status.NEEDS_INFORMATION]


def not_to_look_at() -> list[str]:
    return [*statuses_where(part=Part.SPAM), *statuses_where(part=Part.FILED)]


@dataclass(frozen=True)
class Clocks:
    """When the rooms are open, how fast they mean to be, and the present moment."""

    calendar: Calendar
    limits: InboxLimits
    now: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @cached_property
    def book_border(self) -> datetime:
        """What was accepted by then should be booked by now."""
        due = partial(in_days(self.limits.book_days), of=self.calendar)
        return latest(due, now=self.now) + FOUND_WITHIN

    @property
    def asked_border(self) -> datetime:
        """What was asked before it is asked again by now."""
        zone = self.calendar.zone
        first = self.now.astimezone(zone).date() - timedelta(days=REMIND_AFTER_DAYS - 1)
        return datetime.combine(first, time(), zone)

    @cached_property
    def borders(self) -> dict[tuple[str, str], datetime]:
        """For each clock and class: what came in by then is late now. Classes that share their
        time share the border, which is looked for once."""
        found = dues(self.limits)
        borders = {
            due: latest(partial(due, of=self.calendar), now=self.now) + FOUND_WITHIN
            for due in set(found.values())
        }
        return {which: borders[due] for which, due in found.items()}


def the_clocks(*, now: datetime | None = None) -> Clocks:
    """As the clinic's row, its hours and its closures say: one query."""
    now = now or timezone.now()
    clinic = Clinic.with_rooms(closures_since=(now - LOOK_BACK).date(), related=["inbox_limits"])
    limits = getattr(clinic, "inbox_limits", None) or InboxLimits()
    return Clocks(calendar_of(clinic), limits, now)


def clinic_calendar() -> Calendar:
    return the_clocks().calendar


def in_hours(hours: float) -> Due:
    return lambda start, *, of: hours_later(start, hours, of=of)


def in_days(days: int) -> Due:
    return lambda start, *, of: days_later(start, days, of=of)


def dues(limits: InboxLimits) -> dict[tuple[str, str], Due]:
    """How long after it came in each class has, for each clock that runs in opening hours."""
    read, decide = in_days(limits.open_days), in_days(limits.decide_days)
    return {
        (READ, URGENT): in_hours(limits.urgent_open_hours),
        (READ, SOON): read,
        (READ, ROUTINE): read,
        (DECIDE, URGENT): in_days(limits.urgent_decide_days),
        (DECIDE, SOON): decide,
        (DECIDE, ROUTINE): decide,
    }


def to_ring() -> Q:
    """A red flag was ticked, no call has reached anybody, and it is not decided; or it was found
    in what is accepted, which is unread again until somebody was reached."""
    may_ring = Q(status__in=undecided()) | Q(status=Status.ACCEPTED, needs_look=True)
    return Q(may_ring, is_red_flagged=True, first_rang_at__isnull=True)


def late_by_clock(of: Clocks) -> dict[str, Q]:
    """What is past its time, by the clock that says so: all that came before a border."""
    rung_by = of.now - timedelta(minutes=of.limits.ring_minutes)
    found = {
        RING: to_ring() & Q(received_at__lte=rung_by),
        READ: Q(pk__in=[]),
        DECIDE: Q(pk__in=[]),
    }
    classes: dict[tuple[str, datetime], list[str]] = {}
    for (clock, urgency), border in of.borders.items():
        classes.setdefault((clock, border), []).append(urgency)
    for (clock, border), urgencies in classes.items():
        statuses = [status for status, its in clock_of_status().items() if its == clock]
        found[clock] |= Q(status__in=statuses, urgency__in=urgencies, received_at__lte=border)
    return found


def late(of: Clocks) -> Q:
    found = late_by_clock(of)
    return found[RING] | found[READ] | found[DECIDE]


def to_book(of: Clocks) -> Q:
    """Accepted, and in all that time neither booked nor filed otherwise."""
    return Q(status=Status.ACCEPTED, accepted_at__lte=of.book_border)


def to_ask_again(of: Clocks) -> Q:
    """The sender was asked a week ago, and has not answered."""
    asked = Event.objects.filter(enquiry=OuterRef("pk"), kind=Event.Kind.ASKED)
    lately = Exists(asked.filter(at__gte=of.asked_border))
    return Q(status=Status.NEEDS_INFORMATION) & Exists(asked) & ~lately


def late_now() -> Q:
    return late(the_clocks())


def to_look_at_today(of: Clocks) -> Q:
    """Somebody asked to see it again today, or on a day that is over."""
    return Q(remind_on__lte=of.today) & ~Q(status__in=not_to_look_at())


def unread_again() -> Q:
    """An answer came, or a colleague asks for a look; also of what is decided or filed."""
    return Q(needs_look=True) & ~Q(status__in=statuses_where(part=Part.SPAM))


def to_do(of: Clocks) -> Q:
    undone = Q(status__in=statuses_where(part=Part.TO_DO)) | to_book(of)
    return undone | to_look_at_today(of) | unread_again()


def found_by_index(of: Clocks, *, statuses: list[str]) -> Q:
    """What stands in these states, and all that is unread again, to be looked at today or to be
    booked.

    Each part by its own index: asked in one breath, a database reads all that was ever filed.
    """
    rows = Enquiry.objects.order_by().values("pk")
    others = (to_look_at_today(of), unread_again(), to_book(of))
    parts = [rows.filter(which) for which in others]
    return Q(pk__in=rows.filter(status__in=statuses).union(*parts))


def next_first(of: Clocks) -> list[Case | str]:
    """What is to be done next first, each class from the oldest on; then the newest."""
    runs, waits = Q(status__in=list(clock_of_status())), Q(status=Status.NEEDS_INFORMATION)
    ranks: list[tuple[Q, int]] = [
        (to_ring(), RANK_RING),
        (to_look_at_today(of), RANK_REMIND),
        (late(of), RANK_LATE),
        *((runs & Q(urgency=urgency), RANK_OF_URGENCY[urgency]) for urgency in (URGENT, SOON)),
        (unread_again(), RANK_LOOK),
        (to_ask_again(of), RANK_LOOK),
        (runs, RANK_OF_URGENCY[ROUTINE]),
        (to_book(of), RANK_BOOK),
        (waits, RANK_WAITS),
    ]
    rank = Case(
        *(When(which, then=Value(number)) for which, number in ranks),
        default=Value(RANK_DONE),
        output_field=IntegerField(),
    )
    oldest_first = Case(
        When(runs | waits | Q(status=Status.ACCEPTED) | to_ring(), then=F("received_at")),
        default=None,
        output_field=DateTimeField(),
    )
    return [rank, oldest_first, "-received_at", "-pk"]


class Left(NamedTuple):
    """What is to be done until when, in words."""

    words: str
    is_late: bool


def time_left(enquiry: Enquiry, of: Clocks) -> Left | None:
    if must_ring(enquiry):
        return left_to_ring(enquiry, of)
    if enquiry.status == Status.ACCEPTED and enquiry.accepted_at:
        due, came = in_days(of.limits.book_days), enquiry.accepted_at
        return left_in_words(BOOK, due(came, of=of.calendar), of, is_late=came <= of.book_border)
    clock = clock_of_status().get(enquiry.status)
    if clock is None:
        return None
    which, came = (clock, Enquiry.Urgency(enquiry.urgency)), enquiry.received_at
    until = dues(of.limits)[which](came, of=of.calendar)
    return left_in_words(clock, until, of, is_late=came <= of.borders[which])


def left_in_words(clock: str, until: datetime, of: Clocks, *, is_late: bool) -> Left:
    due, now = until.astimezone(of.calendar.zone), of.now.astimezone(of.calendar.zone)
    if is_late:
        return Left(f"{VERBS[clock]} it now: late since {past_in_words(due, now)}", is_late=True)
    words = when_in_words(due, now).replace(" at ", ", ")
    return Left(f"{VERBS[clock]} by {words}", is_late=False)


def must_ring(enquiry: Enquiry) -> bool:
    """The same as `to_ring`, of one that is at hand."""
    nobody_rang = enquiry.is_red_flagged and enquiry.first_rang_at is None
    found_later = enquiry.status == Status.ACCEPTED and enquiry.needs_look
    return nobody_rang and (enquiry.status in undecided() or found_later)


def left_to_ring(enquiry: Enquiry, of: Clocks) -> Left:
    due = enquiry.received_at + timedelta(minutes=of.limits.ring_minutes)
    zone = of.calendar.zone
    came = past_in_words(enquiry.received_at.astimezone(zone), of.now.astimezone(zone))
    return Left(f"Ring now: since {came}", is_late=due <= of.now)


def past_in_words(moment: datetime, now: datetime) -> str:
    """`10.15 am`, `yesterday`, `23 November`."""
    today = now.astimezone(moment.tzinfo).date()
    if moment.date() == today:
        return when_in_words(moment, moment).removeprefix("today at ")
    if moment.date() == today - timedelta(days=1):
        return "yesterday"
    return f"{moment.day} {moment:%B}"
