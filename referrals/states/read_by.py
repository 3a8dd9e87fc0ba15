"""Until when the rooms read what came in, as they promised its sender: a moment, and in words.

It runs in opening hours and stands still on closed days, in the time zone of the rooms.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from clinic_site.hours.opening import DAYS, MONTHS, Days, time_in_words, zone_in_words
from clinic_site.hours.working_time import (
    LOOK_AHEAD,
    Calendar,
    calendar,
    days_later,
    hours_later,
)
from clinic_site.models import Clinic
from clinic_site.models.rooms import Closure
from referrals.models import Enquiry, InboxLimits
from referrals.urgency import is_urgent

PROMISED_DAYS = 1  # `shapes.READ_WITHIN`, whatever the rooms set themselves
LOOK_BACK = timedelta(days=LOOK_AHEAD + 30)


def calendar_of(clinic: Clinic) -> Calendar:
    """The hours of the first place that has any: there somebody reads."""
    place = next((room for room in clinic.rooms if room.hours), None)
    if place is None:
        closures: list[Days] = list(Closure.objects.filter(clinic=clinic.pk))
        return calendar(zone=clinic.time_zone, spans=[], closures=closures)
    return calendar(zone=place.time_zone, spans=place.hours, closures=place.closures)


def read_by(enquiry: Enquiry, *, at: datetime | None = None) -> datetime:
    """In the time zone of the rooms. An urgent one is read within opening hours, not days."""
    since = ((at or timezone.now()) - LOOK_BACK).date()
    clinic = Clinic.with_rooms(closures_since=since, related=["inbox_limits"])
    limits = getattr(clinic, "inbox_limits", None) or InboxLimits()
    of, came = calendar_of(clinic), enquiry.received_at
    if is_urgent(enquiry):
        due = hours_later(came, limits.urgent_open_hours, of=of)
    else:
        due = days_later(came, PROMISED_DAYS, of=of)
    return due.astimezone(of.zone)


def read_by_in_words(enquiry: Enquiry, *, at: datetime | None = None) -> str:
    """`Tuesday 1 December, 10.15 am (Perth time)`: the whole day, as people print and keep it.
    Empty once that is over."""
    due = read_by(enquiry, at=at)
    if due <= (at or timezone.now()):
        return ""
    day = f"{DAYS[due.weekday()]} {due.day} {MONTHS[due.month - 1]}"
    return f"{day}, {time_in_words(due.time())} ({zone_in_words(str(due.tzinfo))})"
