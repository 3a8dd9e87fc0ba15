"""Delivery: sends what the outbox holds, one message at a time, and judges what went wrong.

A mail that was cut off after the server had taken it can go out once more, with the same
Message-ID. A server that does not answer is asked again for five days. A mail that cannot be
written becomes a dead letter after a few tries.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from socket import gaierror
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error as AnyDatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.logs.doing import doing
from referrals.access_log import note_left
from referrals.mail.contexts import answer_told_of
from referrals.mail.giving_up import MAX_UNWRITABLE
from referrals.mail.holding import is_held
from referrals.mail.kinds import KINDS, GoesTo
from referrals.mail.outbox import NO_FAILURE, SEALED_FIELDS, Claim, after, claim
from referrals.mail.texts import names_somebody, write_letter
from referrals.mail.transport import transport
from referrals.models import AccessLog, Enquiry, Event, Notification, Referral
from referrals.states.lookups import decisions
from referrals.states.reaching import OVERTAKEN_BY

logger = logging.getLogger(__name__)
State, Failure = Notification.State, Notification.Failure


class MailIsDropped(RuntimeError):
    """EMAIL_URL names something that throws mail away, as only a debugging site may."""


class Unwritable(Exception):
    """The mail of a row cannot be written: no mail server has any part in it."""


class NotOpened(Exception):
    """The way to the mail server did not open, so nothing of the mail left. `why` tells more."""

    def __init__(self, why: Exception) -> None:
        super().__init__(type(why).__name__)
        self.why = why


def deliver_one(*, at: datetime | None = None) -> Notification | None:
    """Claim and send one notification; returns it as it stands afterwards, None if none waits
    or none may leave."""
    if is_held():
        return None
    claimed = claim(at=at)
    if claimed is None:
        return None
    with doing(mail=claimed.pk):
        return deliver(claimed, at=at)


def deliver(claimed: Claim, *, at: datetime | None) -> Notification:
    try:
        mail = load(claimed.pk)
        if is_taken_back(mail) or was_corrected_away(mail):
            finish_undone(claimed)
        else:
            hand_to_server(mail)
    except AnyDatabaseError:
        raise  # the lease runs out by itself; nothing could be written down anyway
    except Exception as error:
        why = error.why if isinstance(error, NotOpened) else error
        logger.warning("mail %s failed", claimed.pk, exc_info=why)
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
    except AnyDatabaseError:
        raise
    except Exception as error:
        raise Unwritable(type(error).__name__) from error


def hand_to_server(notification: Notification) -> None:
    """Hand the mail to the server; any failure raises."""
    try:
        letter = write_letter(notification)
        letter.message()  # so that a broken header is found here, not while a server waits
    except AnyDatabaseError:
        raise
    except Exception as error:
        raise Unwritable(type(error).__name__) from error
    if settings.MAIL_IS_DROPPED:
        raise MailIsDropped
    note_leaving(notification)
    with opened_transport() as server:
        if server.send_messages([letter]) != 1:
            raise RuntimeError("the mail server took nothing")


@contextmanager
def opened_transport() -> Iterator[BaseEmailBackend]:
    with ExitStack() as open_one:
        try:
            server = open_one.enter_context(transport())
        except Exception as error:
            raise NotOpened(error) from error
        yield server


def note_leaving(mail: Notification) -> None:
    """A mail that names somebody stands in the log of who read what before it leaves: one row,
    however often it is tried."""
    if mail.enquiry is None or not names_somebody(mail):
        return
    to_rooms = KINDS[mail.kind].goes_to is GoesTo.ROOMS
    action = AccessLog.Action.MAIL_TO_ROOMS if to_rooms else AccessLog.Action.MAIL_TO_SENDER
    reference = mail.enquiry.reference
    noted = AccessLog.objects.filter(reference=reference, action=action, at__gte=mail.created_at)
    if mail.attempts == 1 or not noted.exists():
        note_left(reference=reference, action=action)


def is_taken_back(notification: Notification) -> bool:
    """Whether the news is of a decision that was undone since, or of words that were: a late try
    must not tell them."""
    event = notification.event
    if event is None:
        return False
    overtaken_by: list[str] = [Event.Kind.REOPENED] if event.kind in decisions() else []
    overtaken_by += OVERTAKEN_BY.get(event.kind, [])
    later = Event.objects.filter(enquiry=event.enquiry_id, pk__gt=event.pk)
    is_old = later.filter(kind__in=overtaken_by).exists() or newer_was_told(notification)
    return is_old or was_withdrawn(event)


def newer_was_told(notification: Notification) -> bool:
    """Whether the same reader heard of a later decision already: while a server was away, the
    earlier one waited longer."""
    event = notification.event
    told = Notification.objects.filter(
        enquiry=notification.enquiry_id,
        kind=notification.kind,
        event__gt=notification.event_id,
        event__kind__in=decisions(),
        state=State.SENT,
    )
    return event is not None and event.kind in decisions() and told.exists()


def was_withdrawn(event: Event) -> bool:
    """Whether it is about words whose link staff switched off since."""
    answer = answer_told_of(event)
    return answer is not None and answer.revoked_at is not None


def was_corrected_away(mail: Notification) -> bool:
    """Whether staff found since it was queued that its address is not the right one: it was being
    sent just then, or somebody tries it again."""
    enquiry, goes_to = mail.enquiry, KINDS[mail.kind].goes_to
    if enquiry is None or goes_to not in {GoesTo.SENDER, GoesTo.PATIENT}:
        return False
    corrected = enquiry.events.filter(kind=Event.Kind.DETAILS_CORRECTED, at__gte=mail.created_at)
    if not corrected.exists():
        return False
    right = enquiry.sender_email if goes_to is GoesTo.SENDER else address_of_patient(enquiry)
    return mail.recipient.strip().casefold() != right.strip().casefold()


def address_of_patient(enquiry: Enquiry) -> str:
    """Empty where she wants no mail."""
    columns = Referral.objects.only("patient_email", "patient_agrees_mail")
    row = columns.filter(pk=enquiry.pk).first()
    return (row.patient_email or "") if row and row.patient_agrees_mail else ""


def finish_undone(claimed: Claim) -> None:
    still_ours(claimed).update(state=State.UNDONE, lease_until=None, lease_token=None)


def finish_sent(claimed: Claim, now: datetime) -> bool:
    """Mark as sent, if the lease is still ours. A text of its own goes: there may be a link in it
    that opens an account."""
    sent = {"state": State.SENT, "sent_at": now, "lease_until": None, "lease_token": None}
    return still_ours(claimed).update(**sent, body="", **NO_FAILURE) > 0


def finish_failed(claimed: Claim, error: Exception, now: datetime) -> None:
    """Decide between another try and a dead letter, if the lease is still ours."""
    row = without_sealed_fields(claimed.pk)
    left_nothing = was_turned_away(error)
    if isinstance(error, NotOpened):
        error = error.why
    failed = columns_after(error, row)
    if not left_nothing:
        failed["may_have_left"] = True
    is_broken = isinstance(error, Unwritable) and failed["failures_in_a_row"] >= MAX_UNWRITABLE
    still_ours(claimed).update(
        state=State.DEAD if is_broken or is_final(error) else State.QUEUED,
        due_at=now + backoff(row.attempts),
        lease_until=None,
        lease_token=None,
        **failed,
    )


def columns_after(error: Exception, row: Notification) -> dict[str, Any]:
    return after(failure_of(error), row, error=name_of(error), code=smtp_code(error))


def still_ours(claimed: Claim) -> QuerySet[Notification]:
    return Notification.objects.filter(pk=claimed.pk, lease_token=claimed.token)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many tries, spread by up to a fifth either way."""
    steps = settings.MAIL_RETRY_SECONDS
    seconds = steps[min(attempts, len(steps)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def was_turned_away(error: Exception) -> bool:
    """Whether it is sure that no server took the mail: it was not handed over, no way to a server
    opened, or the server said no. Where the line broke later, it may have taken it."""
    nobody_there = (Unwritable, MailIsDropped, NotOpened, ConnectionRefusedError, gaierror)
    return isinstance(error, nobody_there) or (smtp_code(error) or 0) >= 400


def smtp_code(error: Exception) -> int | None:
    """The server's answer, where the failure was one: three digits."""
    if isinstance(error, SMTPRecipientsRefused):
        code = max(code for code, _ in error.recipients.values())
    else:
        code = error.smtp_code if isinstance(error, SMTPResponseException) else 0
    return code if 100 <= code <= 999 else None  # -1: it said nothing that makes sense


def is_final(error: Exception) -> bool:
    """Whether the server refused this recipient or this text for good (5xx).

    A refused sign-in or sender is ours to mend, so that mail is tried again.
    """
    final = isinstance(error, (SMTPRecipientsRefused, SMTPDataError))
    return final and (smtp_code(error) or 0) >= 500


def failure_of(error: Exception) -> Notification.Failure:
    """An address that is refused for now is refused too; a text only once it is for good."""
    if isinstance(error, Unwritable):
        return Failure.UNWRITABLE
    if isinstance(error, SMTPRecipientsRefused) or is_final(error):
        return Failure.REFUSED
    return Failure.SERVER


def name_of(error: Exception) -> str:
    """The kind of a failure. The server's words may hold an address, so they stay out."""
    name = str(error) if isinstance(error, Unwritable) else type(error).__name__
    return name[:60]
