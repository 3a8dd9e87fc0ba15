"""When an address of the rooms does not get its mail, the clinic's second address does."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.mail import outbox
from referrals.mail.giving_up import GIVE_UP_AFTER
from referrals.mail.holding import has_caught_up
from referrals.models import Enquiry, Event, Notification
from referrals.timeline import add_line

AT_ONCE = 100


def move_stuck_mail(*, at: datetime | None = None) -> int:
    """Tell the second address once of each enquiry whose mail to the rooms is stuck; how many.

    Safe with several mail processes: the database allows one stand-in for each mail. Rows older
    than five days are left alone, so that a second address added today hears of nothing old.
    """
    second = Clinic.current().second_email
    now = at or timezone.now()
    if not second or not has_caught_up(at=now):
        return 0
    stuck = (
        Notification.objects.filter(
            outbox.stuck(now),
            kind=Notification.Kind.NEW_ENQUIRY,
            stands_in_for=None,
            created_at__gt=now - GIVE_UP_AFTER,
        )
        .exclude(enquiry__notifications__stands_in_for__isnull=False)
        .order_by("pk")
        .only("pk", "enquiry_id")  # nothing sealed: it may be what cannot be read
    )
    first_of_each = {n.enquiry_id: n for n in reversed(stuck[:AT_ONCE])}
    return sum(stand_in(original, second=second, at=now) for original in first_of_each.values())


def stand_in(original: Notification, *, second: str, at: datetime) -> bool:
    """Queue the mail to the second address and write it down; False if a colleague did."""
    enquiry = Enquiry.objects.only("pk").get(notifications=original)
    try:
        with transaction.atomic():
            outbox.enqueue(
                kind=Notification.Kind.NEW_ENQUIRY,
                enquiry=enquiry,
                stands_in_for=original,
                recipients=[second],
                at=at,
            )
            add_line(Event.Kind.MAIL_MOVED, enquiry=enquiry, at=at)
    except IntegrityError:
        return False
    return True
