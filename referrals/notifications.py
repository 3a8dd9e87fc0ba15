"""The outbox: who hears of what, and its delivery, one message per recipient.

A row is claimed by a lease that runs out, so a killed mail process loses nothing. A mail that
was cut off after the server had taken it can go out once more, with the same Message-ID.
"""

import logging
import random
from datetime import datetime, timedelta
from email.utils import make_msgid
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.letters import write_letter
from referrals.models import Enquiry, Notification

logger = logging.getLogger(__name__)
GIVE_UP_AFTER = timedelta(days=5)
MAX_ATTEMPTS = 300  # more than five days of tries; ends a mail that kills its process each time
State = Notification.State


class Claim(NamedTuple):
    pk: int
    token: UUID


def enqueue(
    *,
    kind: str,
    recipients: list[str],
    enquiry: Enquiry | None = None,
    subject: str = "",
    body: str = "",
    at: datetime | None = None,
) -> list[Notification]:
    """Add one notification per recipient, in the caller's transaction."""
    at = at or timezone.now()
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Notification.objects.bulk_create(
        Notification(
            kind=kind,
            enquiry=enquiry,
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


def claim(*, at: datetime | None = None) -> Claim | None:
    """Take the next waiting row for the length of a lease; None when nothing waits."""
    now = at or timezone.now()
    bury_hopeless(now)
    with transaction.atomic():
        rows = Notification.objects.filter(waiting(now)).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        pk = rows.values_list("pk", flat=True).first()
        if pk is None:
            return None
        token = uuid4()
        won = Notification.objects.filter(waiting(now), pk=pk).update(
            state=State.SENDING,
            lease_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
            lease_token=token,
            attempts=F("attempts") + 1,
        )
    return Claim(pk, token) if won else None


def bury_hopeless(now: datetime) -> None:
    """Rows tried too long or too often become dead letters that staff see."""
    hopeless = Q(give_up_at__lte=now) | Q(attempts__gte=MAX_ATTEMPTS)
    Notification.objects.filter(waiting(now) & hopeless).update(
        state=State.DEAD, lease_until=None, lease_token=None
    )


def deliver_one(*, at: datetime | None = None) -> Notification | None:
    """Claim and send one notification; returns it as it stands afterwards, None if none waits."""
    claimed = claim(at=at)
    if claimed is None:
        return None
    notification = Notification.objects.select_related("enquiry").get(pk=claimed.pk)
    try:
        send(notification)
    except Exception as error:
        logger.warning("mail %s failed", claimed.pk, exc_info=error)
        finish_failed(claimed, notification, error, at or timezone.now())
    else:
        finish_sent(claimed, at or timezone.now())
    notification.refresh_from_db()
    return notification


def send(notification: Notification) -> None:
    """Hand the mail to the server; any failure raises."""
    letter = write_letter(notification)
    with get_connection(backend=settings.MAIL_TRANSPORT, fail_silently=False) as server:
        if server.send_messages([letter]) != 1:
            raise RuntimeError("the mail server took nothing")


def finish_sent(claimed: Claim, now: datetime) -> bool:
    """Mark as sent, if the lease is still ours."""
    return (
        still_ours(claimed).update(
            state=State.SENT, sent_at=now, lease_until=None, lease_token=None, last_error=""
        )
        > 0
    )


def finish_failed(
    claimed: Claim, notification: Notification, error: Exception, now: datetime
) -> None:
    state = State.DEAD if is_final(error) else State.QUEUED
    still_ours(claimed).update(
        state=state,
        due_at=now + backoff(notification.attempts),
        lease_until=None,
        lease_token=None,
        last_error=describe(error),
    )


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
    code = smtp_code(error)
    return f"{type(error).__name__}{f' {code}' if code else ''}"[:80]


def retry(*, notification: Notification, at: datetime | None = None) -> Notification:
    """Put a waiting or dead notification first in the queue, with five new days."""
    now = at or timezone.now()
    Notification.objects.filter(pk=notification.pk, state__in=[State.QUEUED, State.DEAD]).update(
        state=State.QUEUED, due_at=now, give_up_at=now + GIVE_UP_AFTER, attempts=0
    )
    notification.refresh_from_db()
    return notification
