"""The outbox: who hears of what, as a queue of one row per recipient.

A row is claimed by a lease that runs out, so a killed mail process loses nothing. A row whose
process dies each time becomes a dead letter after a few tries. `delivery` sends what is claimed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from clinic_site.models import Clinic, NotifiedAddress
from clinic_site.written_once import Given, WrittenOnce
from referrals.mail import no_mail
from referrals.mail.giving_up import GIVE_UP_AFTER, bury_hopeless
from referrals.mail.kinds import KINDS, TO_ONE_PERSON, GoesTo
from referrals.models import Enquiry, Event, Notification

State, Failure = Notification.State, Notification.Failure
LATE_AFTER = timedelta(minutes=15)
SEALED_FIELDS = ["recipient", "subject", "body"]
_listed = WrittenOnce(
    lambda: NotifiedAddress.objects.filter(clinic_id=Given("clinic", Clinic._meta.pk)).values(
        "email"
    )
)
NO_FAILURE = {"failure": "", "failures_in_a_row": 0, "error": "", "smtp_code": None}
MAY_BE_RETRIED = [State.QUEUED, State.DEAD, State.NOTED]
UNDELIVERED = Q(state__in=[State.QUEUED, State.SENDING, State.DEAD])
# The server is well and says no to this one recipient: a slip in an address, for a person to look
# at. Any other failure is the site's own, and so is a refused address of the rooms.
ADDRESS_REFUSED = Q(kind__in=TO_ONE_PERSON, failure=Failure.REFUSED)


class Claim(NamedTuple):
    pk: int
    token: UUID


def enqueue(
    *,
    kind: str,
    recipients: list[str],
    enquiry: Enquiry | None = None,
    event: Event | None = None,
    stands_in_for: Notification | None = None,
    subject: str = "",
    body: str = "",
    at: datetime | None = None,
    wait: timedelta = timedelta(),
) -> list[Notification]:
    """Add one notification per recipient, in the caller's transaction.

    `event` is what a piece of news tells of; `stands_in_for` the mail that did not arrive; `wait`
    is how long nobody begins to send it. A sender who asked for no mail gets none.
    """
    says = {"event": event, "stands_in_for": stands_in_for, "subject": subject, "body": body}
    at = at or timezone.now()
    rows = written(kind, recipients, enquiry=enquiry, at=at, due_at=at + wait, **says)
    return Notification.objects.bulk_create(rows)


def enqueue_each(
    told: Mapping[str, list[str]], *, enquiry: Enquiry, at: datetime
) -> list[Notification]:
    """The same for several kinds of mail about one enquiry, in one statement."""
    rows = [
        row
        for kind, recipients in told.items()
        for row in written(kind, recipients, enquiry=enquiry, at=at, due_at=at)
    ]
    return Notification.objects.bulk_create(rows)


def written(
    kind: str, recipients: list[str], *, at: datetime, due_at: datetime, **says: Any
) -> list[Notification]:
    """The rows, not stored yet. `says` are further fields of each."""
    if KINDS[kind].goes_to in {GoesTo.SENDER, GoesTo.PATIENT}:
        recipients = no_mail.wanted(recipients)
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return [
        Notification(
            kind=kind,
            recipient=recipient,
            message_id=make_msgid(domain=domain),
            created_at=at,
            due_at=due_at,
            give_up_at=at + GIVE_UP_AFTER,
            **says,
        )
        for recipient in recipients
    ]


def rooms_addresses() -> list[str]:
    """Who hears of a new enquiry: the addresses staff listed, else the clinic's own."""
    clinic = Clinic.current()
    listed = [row["email"] for row in _listed.rows(clinic=clinic.pk)]
    return listed or [clinic.email]


def addresses_for(enquiry: Enquiry) -> list[str]:
    """Who hears of this one: the rooms; the doctor it is for, where she wants to; and the second
    address at once, where an emergency sign was ticked."""
    also = told_of_red_flag(enquiry) if enquiry.is_red_flagged else doctor_addresses(enquiry)
    return each_once([*rooms_addresses(), *also])


def told_of_red_flag(enquiry: Enquiry) -> list[str]:
    """Who hears at once of an emergency sign, beside the rooms."""
    second = Clinic.current().second_email
    return each_once([*doctor_addresses(enquiry), *([second] if second else [])])


def doctor_addresses(enquiry: Enquiry) -> list[str]:
    """Of the doctor it is for, where she wants to hear of her own."""
    doctor = enquiry.for_clinician
    return [doctor.notify_email] if doctor and doctor.notify_email else []


def each_once(addresses: list[str]) -> list[str]:
    once: dict[str, str] = {}
    for address in addresses:
        once.setdefault(address.casefold(), address)
    return list(once.values())


def send_test(*, at: datetime | None = None) -> list[Notification]:
    """Queue a test message to every address of the rooms."""
    with transaction.atomic():
        return enqueue(kind=Notification.Kind.TEST, recipients=rooms_addresses(), at=at)


def may_be_claimed(now: datetime) -> Q:
    """Rows that may be claimed: due, or left behind by a process that died."""
    due = Q(state=State.QUEUED, due_at__lte=now)
    left_behind = Q(state=State.SENDING, lease_until__lt=now)
    return due | left_behind


def stuck(now: datetime) -> Q:
    """Rows that tell of trouble with the mail: dead letters, and mail that has waited for 15
    minutes. What one person's own address caused is not among them: see `refused`."""
    late = Q(state__in=[State.QUEUED, State.SENDING], created_at__lte=now - LATE_AFTER)
    return (Q(state=State.DEAD) | late) & ~ADDRESS_REFUSED


def refused() -> Q:
    """Dead letters whose address was refused: staff see them until they have seen to them."""
    return Q(state=State.DEAD) & ADDRESS_REFUSED


def was_refused(mail: Notification) -> bool:
    """The same, asked of one row."""
    to_one_person = mail.state == State.DEAD and mail.kind in TO_ONE_PERSON
    return to_one_person and mail.failure == Failure.REFUSED


def claim(*, at: datetime | None = None) -> Claim | None:
    """Take the next waiting row for the length of a lease; None when nothing waits."""
    now = at or timezone.now()
    bury_hopeless(Notification.objects.filter(may_be_claimed(now)), at=now)
    with transaction.atomic():
        rows = Notification.objects.filter(may_be_claimed(now)).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.only("pk", "state", "failure", "failures_in_a_row").first()
        if row is None:
            return None
        token = uuid4()
        failed = interrupted(row) if row.state == State.SENDING else {}
        won = Notification.objects.filter(may_be_claimed(now), pk=row.pk).update(
            state=State.SENDING,
            lease_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
            lease_token=token,
            attempts=F("attempts") + 1,
            **failed,
        )
    return Claim(row.pk, token) if won else None


def after(
    failure: Notification.Failure, row: Notification, *, error: str = "", code: int | None = None
) -> dict[str, Any]:
    """The columns of a row after one more failure. The same one again is counted."""
    before = row.failures_in_a_row if row.failure == failure else 0
    return {
        "failure": failure,
        "failures_in_a_row": before + 1,
        "error": error,
        "smtp_code": code,
    }


def interrupted(row: Notification) -> dict[str, Any]:
    """Of a row whose process died while it was being sent."""
    return {**after(Failure.INTERRUPTED, row), "may_have_left": True}


def has_not_left() -> Q:
    """Mails that reached nobody: no process has them, and every try, if any, was turned away."""
    return Q(state=State.QUEUED, may_have_left=False, lease_token=None)


def stayed_here(mail: Notification) -> bool:
    """The same, asked of one row."""
    return mail.state == State.QUEUED and not mail.may_have_left and mail.lease_token is None


def withdraw_mail(*, notification: Notification) -> bool:
    """Take back a mail that reached nobody; False where it may have."""
    row = Notification.objects.filter(has_not_left(), pk=notification.pk)
    return bool(row.update(state=State.UNDONE))


def in_first_wait(now: datetime) -> Q:
    """News that can still be undone: nobody has tried to send it, so it is not undelivered."""
    return Q(state=State.QUEUED, attempts=0, due_at__gt=now)


def waits_to_be_undone(mail: Notification, *, at: datetime) -> bool:
    """The same, asked of one row."""
    return mail.state == State.QUEUED and not mail.attempts and mail.due_at > at


def retry(*, notification: Notification, at: datetime | None = None) -> bool:
    """Put a waiting or dead notification first in the queue, with five new days and a clean
    slate; False where it is being sent or was sent, or can still be undone."""
    now = at or timezone.now()
    row = Notification.objects.filter(pk=notification.pk, state__in=MAY_BE_RETRIED)
    row = row.exclude(in_first_wait(now))
    return bool(
        row.update(
            state=State.QUEUED,
            due_at=now,
            give_up_at=now + GIVE_UP_AFTER,
            attempts=0,
            **NO_FAILURE,
        )
    )


def note_dead(*, notification: Notification) -> bool:
    """Stop warning of a dead letter; False where it is not one."""
    dead = Notification.objects.filter(pk=notification.pk, state=State.DEAD)
    return bool(dead.update(state=State.NOTED))


def set_aside(*, notification: Notification) -> bool:
    """Take back what has not arrived: nobody is warned of it, and trying again leaves it alone.
    False where it was sent, or is being sent just now."""
    row = Notification.objects.filter(pk=notification.pk, state__in=MAY_BE_RETRIED)
    return bool(row.update(state=State.UNDONE))
