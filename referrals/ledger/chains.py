"""Whether a line of a timeline, or of the log of readings, was changed after it was written.

Seals are made with a key that lies sealed in the database, so whoever changes rows without the
data keys cannot make them anew. Lines that are cut off at the very end of a timeline leave its
chain whole: what is left of them shows in `differences`.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from clinic_site.sealing.lasting_digests import digest_with
from referrals.models import AccessDay, AccessLog, Enquiry, Event
from referrals.timeline import PURPOSE, is_whole

READINGS = "referrals.readings"
AFTER_MIDNIGHT = timedelta(hours=1)  # by then every reading of the day is written


def broken_timelines() -> Iterator[str]:
    """References of enquiries whose lines are not those that were written."""
    digest = digest_with(PURPOSE)
    since = Event.objects.exclude(seal=None).aggregate(pk=Min("pk"))["pk"]
    events = Event.objects.order_by("enquiry_id", "pk").iterator()
    for pk, group in groupby(events, key=lambda event: event.enquiry_id):
        lines = list(group)
        lost_its_seal = since is not None and any(e.seal is None and e.pk > since for e in lines)
        if lost_its_seal or not is_whole(lines, digest=digest):
            names = Enquiry.objects.filter(pk=pk).values_list("reference", flat=True)
            yield names.first() or f"The timeline of row {pk}, whose enquiry is gone,"


def seal_days(*, at: datetime | None = None) -> int:
    """Seal the readings of each day that is over; how many days. A chore of the mail process."""
    now = at or timezone.now()
    last_day = (now - AFTER_MIDNIGHT).astimezone(UTC).date() - timedelta(days=1)
    with transaction.atomic():
        sealed = AccessDay.objects.select_for_update().order_by("day").last()
        days = list(days_to_seal(sealed, last_day))
        before, digest = (sealed.seal if sealed else ""), digest_with(READINGS)
        for day in days:
            before, number = seal_of_day(before, day, digest=digest)
            AccessDay.objects.create(day=day, readings=number, seal=before)
    return len(days)


def days_to_seal(sealed: AccessDay | None, last_day: date) -> Iterator[date]:
    """Every day after the last one that is sealed, whether anybody read or not."""
    first = AccessLog.objects.aggregate(at=Min("at"))["at"]
    if sealed is None and first is None:
        return
    day = sealed.day + timedelta(days=1) if sealed else first.astimezone(UTC).date()
    while day <= last_day:
        yield day
        day += timedelta(days=1)


def seal_of_day(before: str, day: date, *, digest: Callable[[str], str]) -> tuple[str, int]:
    """The seal of a day's readings and their number."""
    start = datetime.combine(day, time.min, tzinfo=UTC)
    rows = AccessLog.objects.filter(at__gte=start, at__lt=start + timedelta(days=1)).order_by("pk")
    facts = [
        [
            row.pk,
            row.reference,
            row.by_id,
            row.at.astimezone(UTC).isoformat(),
            row.action,
            row.looked_for,
        ]
        for row in rows.iterator()
    ]
    return digest(json.dumps([before, day.isoformat(), facts])), len(facts)


def broken_days() -> Iterator[date]:
    """Days whose readings are not those that were sealed; and days between whose seal is gone."""
    before, digest, expected = "", digest_with(READINGS), None
    for day in AccessDay.objects.order_by("day").iterator():
        seal, number = seal_of_day(before, day.day, digest=digest)
        is_next = expected is None or day.day == expected
        if not is_next or (seal, number) != (day.seal, day.readings):
            yield day.day
        before, expected = day.seal, day.day + timedelta(days=1)
