"""The outbox: who hears of what, and its delivery, one message per recipient.

A row is claimed by a lease that runs out, so a killed mail process loses nothing. A mail that
was cut off after the server had taken it can go out once more, with the same Message-ID.

A server that does not answer is asked again for five days. A row that is broken itself (its mail
cannot be written, or its process dies each time) becomes a dead letter after a few tries.
"""

import logging
import random
import re
from datetime import datetime, timedelta
from email.utils import make_msgid
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.mail.texts import write_letter
from referrals.mail.transport import transport
from referrals.models import Enquiry, Event, Notification

logger = logging.getLogger(__name__)
GIVE_UP_AFTER = timedelta(days=5)
LATE_AFTER = timedelta(minutes=15)
MAX_ATTEMPTS = 300  # more than five days of tries
MAX_UNWRITABLE = 5
MAX_INTERRUPTED = 10  # a restart may interrupt an innocent mail a few times
INTERRUPTED = "Process ended while sending"
SEALED_FIELDS = ["recipient", "subject", "body"]
State = Notification.State
UNDELIVERED = Q(state__in=[State.QUEUED, State.SENDING, State.DEAD])
# The server is well and says no to this one recipient: a slip in an address, for a person to look
# at. Any other failure is the site's own, and so is a refused address of the rooms.
TO_ONE_PERSON = {Notification.Kind.RECEIPT, Notification.Kind.STATUS, Notification.Kind.STAFF_MAIL}
REFUSALS = ("SMTPRecipientsRefused", "SMTPDataError 5")
ADDRESS_REFUSED = Q(kind__in=TO_ONE_PERSON) & (
    Q(last_error__startswith=REFUSALS[0]) | Q(last_error__startswith=REFUSALS[1])
)


class Claim(NamedTuple):
    pk: int
    token: UUID


class MailIsDropped(RuntimeError):
    """EMAIL_URL names something that throws mail away, as only a debugging site may."""


class Unwritable(Exception):
    """The mail of a row cannot be written: no mail server has any part in it."""


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
) -> list[Notification]:
    """Add one notification per recipient, in the caller's transaction.

    `event` is what a piece of news tells of; `stands_in_for` the mail that did not arrive.
    """
    at = at or timezone.now()
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Notification.objects.bulk_create(
        Notification(
            kind=kind,
            enquiry=enquiry,
            event=event,
            stands_in_for=stands_in_for,
            recipient=recipient,
            subject=subject,
            body=body,
            message_id=make_msgid(domain=domain),
            created_at=at,
            due_at=at,
            give_up_at=at + GIVE_UP_AFTER,
        )
        for recipient in recipients
    )


def rooms_addresses() -> list[str]:
    """Who hears of a new enquiry: the addresses staff listed, else the clinic's own."""
    clinic = Clinic.current()
    listed = list(clinic.notified.values_list("email", flat=True)) if clinic.pk else []
    return listed or [clinic.email]


def send_test(*, at: datetime | None = None) -> list[Notification]:
    """Queue a test message to every address of the rooms."""
    with transaction.atomic():
        return enqueue(kind=Notification.Kind.TEST, recipients=rooms_addresses(), at=at)


def waiting(now: datetime) -> Q:
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
    return to_one_person and mail.last_error.startswith(REFUSALS)


def claim(*, at: datetime | None = None) -> Claim | None:
    """Take the next waiting row for the length of a lease; None when nothing waits."""
    now = at or timezone.now()
    bury_hopeless(now)
    with transaction.atomic():
        rows = Notification.objects.filter(waiting(now)).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.values("pk", "state", "last_error").first()
        if row is None:
            return None
        token = uuid4()
        was_interrupted = row["state"] == State.SENDING
        won = Notification.objects.filter(waiting(now), pk=row["pk"]).update(
            state=State.SENDING,
            lease_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
            lease_token=token,
            attempts=F("attempts") + 1,
            last_error=once_more(INTERRUPTED, row["last_error"])
            if was_interrupted
            else row["last_error"],
        )
    return Claim(row["pk"], token) if won else None


def bury_hopeless(now: datetime) -> None:
    """Rows tried too long or too often become dead letters that staff see."""
    always_interrupted = Q(state=State.SENDING, last_error=f"{INTERRUPTED} ({MAX_INTERRUPTED})")
    hopeless = Q(give_up_at__lte=now) | Q(attempts__gte=MAX_ATTEMPTS) | always_interrupted
    Notification.objects.filter(waiting(now) & hopeless).update(
        state=State.DEAD, lease_until=None, lease_token=None
    )


def deliver_one(*, at: datetime | None = None) -> Notification | None:
    """Claim and send one notification; returns it as it stands afterwards, None if none waits."""
    claimed = claim(at=at)
    if claimed is None:
        return None
    try:
        mail = load(claimed.pk)
        if is_taken_back(mail):
            finish_undone(claimed)
        else:
            send(mail)
    except DatabaseError:
        raise  # the lease runs out by itself; nothing could be written down anyway
    except Exception as error:
        logger.warning("mail %s failed", claimed.pk, exc_info=error)
        finish_failed(claimed, error, at or timezone.now())
    else:
        finish_sent(claimed, at or timezone.now())  # nothing, where the lease was given up
    return without_sealed_fields(claimed.pk)


def without_sealed_fields(pk: int) -> Notification:
    """A row as it can always be read, even where its sealed fields cannot be opened."""
    return Notification.objects.defer(*SEALED_FIELDS).get(pk=pk)


def load(pk: int) -> Notification:
    try:
        return Notification.objects.select_related("enquiry", "event").get(pk=pk)
    except DatabaseError:
        raise
    except Exception as error:
        raise Unwritable(type(error).__name__) from error


def send(notification: Notification) -> None:
    """Hand the mail to the server; any failure raises."""
    try:
        letter = write_letter(notification)
        letter.message()  # so that a broken header is found here, not while a server waits
    except DatabaseError:
        raise
    except Exception as error:
        raise Unwritable(type(error).__name__) from error
    if settings.MAIL_IS_DROPPED:
        raise MailIsDropped
    with transport() as server:
        if server.send_messages([letter]) != 1:
            raise RuntimeError("the mail server took nothing")


def is_taken_back(notification: Notification) -> bool:
    """Whether the news is of a decision that was undone since: a late try must not tell it."""
    event = notification.event
    if event is None or event.kind not in Event.DECISIONS:
        return False
    later = Event.objects.filter(enquiry=event.enquiry_id, pk__gt=event.pk)
    return later.filter(kind=Event.Kind.REOPENED).exists()


def finish_undone(claimed: Claim) -> None:
    still_ours(claimed).update(state=State.UNDONE, lease_until=None, lease_token=None)


def withdraw(*, notification: Notification) -> bool:
    """Take back a mail that nobody has begun to send; False where somebody has."""
    untouched = Notification.objects.filter(
        pk=notification.pk, state=State.QUEUED, attempts=0, lease_token=None
    )
    return bool(untouched.update(state=State.UNDONE))


def finish_sent(claimed: Claim, now: datetime) -> bool:
    """Mark as sent, if the lease is still ours."""
    return (
        still_ours(claimed).update(
            state=State.SENT, sent_at=now, lease_until=None, lease_token=None, last_error=""
        )
        > 0
    )


def finish_failed(claimed: Claim, error: Exception, now: datetime) -> None:
    """Decide between another try and a dead letter, if the lease is still ours."""
    row = without_sealed_fields(claimed.pk)
    said = describe(error)
    if isinstance(error, Unwritable):
        said = once_more(said, row.last_error)
    is_hopeless = is_final(error) or times(said) >= MAX_UNWRITABLE
    still_ours(claimed).update(
        state=State.DEAD if is_hopeless else State.QUEUED,
        due_at=now + backoff(row.attempts),
        lease_until=None,
        lease_token=None,
        last_error=said,
    )


def times(said: str) -> int:
    """How often in a row: the number in brackets at the end of what was said, else 0."""
    found = re.search(r" \((\d+)\)$", said)
    return int(found[1]) if found else 0


def once_more(said: str, before: str) -> str:
    """`said` with the number of times that it has happened in a row."""
    repeats = times(before) if before.startswith(f"{said} (") else 0
    return f"{said} ({repeats + 1})"


def still_ours(claimed: Claim) -> QuerySet[Notification]:
    return Notification.objects.filter(pk=claimed.pk, lease_token=claimed.token)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many tries, spread by up to a fifth either way."""
    steps = settings.MAIL_RETRY_SECONDS
    seconds = steps[min(attempts, len(steps)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def smtp_code(error: Exception) -> int | None:
    """The server's answer, where the failure was one."""
    if isinstance(error, SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, SMTPResponseException) else None


def is_final(error: Exception) -> bool:
    """Whether the server refused this recipient or this text for good (5xx).

    A refused sign-in or sender is ours to mend, so that mail is tried again.
    """
    final = isinstance(error, (SMTPRecipientsRefused, SMTPDataError))
    return final and (smtp_code(error) or 0) >= 500


def describe(error: Exception) -> str:
    """Kind and code of a failure. The server's words may hold an address, so they stay out."""
    if isinstance(error, Unwritable):
        return f"Cannot be written: {error}"[:70]
    code = smtp_code(error)
    return f"{type(error).__name__}{f' {code}' if code else ''}"[:80]


def retry(*, notification: Notification, at: datetime | None = None) -> bool:
    """Put a waiting or dead notification first in the queue, with five new days and a clean
    slate; False where it is being sent or was sent."""
    now = at or timezone.now()
    stopped = [State.QUEUED, State.DEAD, State.NOTED]
    row = Notification.objects.filter(pk=notification.pk, state__in=stopped)
    return bool(
        row.update(
            state=State.QUEUED,
            due_at=now,
            give_up_at=now + GIVE_UP_AFTER,
            attempts=0,
            last_error="",
        )
    )


def note_dead(*, notification: Notification) -> bool:
    """Stop warning of a dead letter; False where it is not one."""
    dead = Notification.objects.filter(pk=notification.pk, state=State.DEAD)
    return bool(dead.update(state=State.NOTED))
