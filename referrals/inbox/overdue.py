"""A mail to the second address when something is late: of each enquiry and clock once."""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.inbox.clocks import RING, late_by_clock, the_clocks
from referrals.mail import outbox
from referrals.models import Enquiry, LateNotice, Notification

ONE_MAIL_FOR = timedelta(hours=1)
CLOCK_MAY_BE_OFF = timedelta(minutes=1)


def tell_of_late(*, at: datetime | None = None) -> int:
    """Queue one mail of all that became late and was not told of; how many that are.

    At most one an hour, but a red flag waits for none. Safe with several mail processes: they take
    turns at the clinic's row, and the database takes each enquiry and clock once. Spam and what is
    decided is never late.
    """
    now = at or timezone.now()
    found = what_may_go_now(late_and_not_told(now), now)
    if not found:
        return 0
    try:
        with transaction.atomic():
            return queue_one_mail(found, now)
    except IntegrityError:  # the other process was faster
        return 0


def what_may_go_now(found: list[tuple[int, str]], now: datetime) -> list[tuple[int, str]]:
    """Within the hour after a mail only what somebody must ring about."""
    if found and was_told_lately(now):
        return [(pk, clock) for pk, clock in found if clock == RING]
    return found


def was_told_lately(now: datetime) -> bool:
    """A row of the far future, from a wrong clock, silences nobody; nor does a red flag."""
    told = LateNotice.objects.filter(told_at__gt=now - ONE_MAIL_FOR).exclude(clock=RING)
    return told.filter(told_at__lte=now + CLOCK_MAY_BE_OFF).exists()


def late_and_not_told(now: datetime) -> list[tuple[int, str]]:
    """Key and clock: first what must be rung about, then from the oldest on."""
    found = []
    for clock, which in late_by_clock(the_clocks(now=now)).items():
        told = LateNotice.objects.filter(clock=clock).values("enquiry")
        rows = Enquiry.objects.filter(which).exclude(pk__in=told).order_by("received_at", "pk")
        found += [(pk, clock) for pk in rows.values_list("pk", flat=True)]
    return found


def queue_one_mail(found: list[tuple[int, str]], now: datetime) -> int:
    """In a transaction. The mail belongs to one enquiry and lists the references of all."""
    clinic = Clinic.objects.select_for_update().first() or Clinic.current()
    found = what_may_go_now(found, now)
    if not found:
        return 0
    LateNotice.objects.bulk_create(
        LateNotice(enquiry_id=pk, clock=clock, told_at=now) for pk, clock in found
    )
    outbox.enqueue(
        kind=Notification.Kind.LATE,
        enquiry=first_that_opens([pk for pk, _ in found]),
        recipients=[clinic.second_email] if clinic.second_email else outbox.rooms_addresses(),
        at=now,
    )
    return len(found)


def first_that_opens(keys: list[int]) -> Enquiry:
    """A mail of an enquiry that no key opens cannot be written: it would silence all the others."""
    for pk in keys:
        try:
            return Enquiry.objects.get(pk=pk)
        except InvalidToken:
            continue
    return Enquiry.objects.only("pk").get(pk=keys[0])
