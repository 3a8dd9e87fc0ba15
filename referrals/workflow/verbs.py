"""What can happen to an enquiry. Each verb is one transaction: the change and its event.

A verb changes only the state that its caller has seen. When a colleague was faster it raises
`ChangedMeanwhile`, and nothing has happened.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from referrals.mail import outbox
from referrals.models import AccessLog, Enquiry, Event, Notification
from referrals.workflow.news import take_back, tell_referrer

Status, Kind = Enquiry.Status, Event.Kind
BEING_WORKED_ON = {Status.OPENED, Status.NEEDS_INFORMATION, Status.ACCEPTED, Status.RETURNED}
FOUND_TO_BE_REAL = Case(
    When(opened_at__isnull=True, then=Value(Status.RECEIVED)), default=Value(Status.OPENED)
)


class CannotMove(ValueError):
    """This cannot be done with the enquiry as it stands. Says why, in words for staff."""


class ChangedMeanwhile(CannotMove):
    """Somebody else changed the enquiry between reading and pressing."""


class NothingWritten(CannotMove):
    """The words that belong to this step are missing."""


class Transition(NamedTuple):
    sources: set[Enquiry.Status]
    target: Any
    event: str
    referrals_only: bool = False
    needs_words: bool = False


TRANSITIONS = {
    "accept": Transition(
        {Status.OPENED, Status.NEEDS_INFORMATION},
        Status.ACCEPTED,
        Kind.ACCEPTED,
        referrals_only=True,
    ),
    "ask": Transition(
        {Status.OPENED, Status.ACCEPTED},
        Status.NEEDS_INFORMATION,
        Kind.ASKED,
        referrals_only=True,
        needs_words=True,
    ),
    "return_": Transition(
        BEING_WORKED_ON - {Status.RETURNED},
        Status.RETURNED,
        Kind.RETURNED,
        referrals_only=True,
        needs_words=True,
    ),
    "file": Transition(BEING_WORKED_ON, Status.FILED, Kind.FILED),
    "reopen": Transition(
        BEING_WORKED_ON - {Status.OPENED} | {Status.FILED}, Status.OPENED, Kind.REOPENED
    ),
    "mark_spam": Transition({Status.RECEIVED, Status.OPENED}, Status.SPAM, Kind.SPAM),
    "not_spam": Transition({Status.SPAM}, FOUND_TO_BE_REAL, Kind.NOT_SPAM),
}


def possible(enquiry: Enquiry) -> list[str]:
    """The verbs that may be used on the enquiry as it stands, in the order of the table."""
    return [verb for verb, transition in TRANSITIONS.items() if fits(transition, enquiry)]


def fits(transition: Transition, enquiry: Enquiry) -> bool:
    right_kind = not transition.referrals_only or enquiry.kind == Enquiry.Kind.REFERRAL
    return right_kind and enquiry.status in transition.sources


def require(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied(f"You need the permission {permission}.")


def move(
    verb: str,
    *,
    enquiry: Enquiry,
    by: User,
    at: datetime | None,
    note: str = "",
    **columns: Any,
) -> Event:
    """Change the state that the caller saw and write it down; the event.

    Needs the permission `referrals.change_enquiry`. Raises `CannotMove` or `PermissionDenied`.
    """
    require(by, "referrals.change_enquiry")
    transition = TRANSITIONS[verb]
    if not fits(transition, enquiry):
        raise CannotMove(f"It is “{enquiry.get_status_display()}”: this cannot be done with it.")
    if transition.needs_words and not note.strip():
        raise NothingWritten("Write a few words first: they stay in the timeline.")
    won = Enquiry.objects.filter(pk=enquiry.pk, status=enquiry.status).update(
        status=transition.target, **columns
    )
    if not won:
        raise ChangedMeanwhile("A colleague has just changed it. Look at it once more.")
    return write_down(transition.event, enquiry=enquiry, by=by, at=at, note=note)


def write_down(
    kind: str, *, enquiry: Enquiry, by: User | None, at: datetime | None, note: str = ""
) -> Event:
    words = note.strip() or None
    when = at or timezone.now()
    return Event.objects.create(enquiry=enquiry, kind=kind, at=when, by=by, note=words)


def reread(enquiry: Enquiry) -> Enquiry:
    enquiry.refresh_from_db(
        fields=["status", "opened_at", "filed_at", "outcome", "status_token_hash"]
    )
    return enquiry


def open_(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """Note that a person read the enquiry; the first reading opens it.

    What looks like spam stays set aside when it is read, but its first reading is noted too.
    """
    require(by, "referrals.view_enquiry")
    now = at or timezone.now()
    unread = Enquiry.objects.filter(pk=enquiry.pk, opened_at__isnull=True)
    with transaction.atomic():
        AccessLog.objects.create(reference=enquiry.reference, by=by, at=now)
        first = unread.filter(status=Status.RECEIVED).update(status=Status.OPENED, opened_at=now)
        if first or unread.filter(status=Status.SPAM).update(opened_at=now):
            write_down(Kind.OPENED, enquiry=enquiry, by=by, at=now)
    return reread(enquiry)


def accept(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """The rooms take the patient on; the referrer hears of it."""
    with transaction.atomic():
        tell_referrer(move("accept", enquiry=enquiry, by=by, at=at, note=note), enquiry)
    return reread(enquiry)


def ask(*, enquiry: Enquiry, by: User, note: str, at: datetime | None = None) -> Enquiry:
    """The rooms need to know more; the referrer hears that they do. `note` is the question."""
    with transaction.atomic():
        tell_referrer(move("ask", enquiry=enquiry, by=by, at=at, note=note), enquiry)
    return reread(enquiry)


def return_(*, enquiry: Enquiry, by: User, note: str, at: datetime | None = None) -> Enquiry:
    """The rooms do not take the patient on. `note` is the advice to the referrer."""
    with transaction.atomic():
        tell_referrer(move("return_", enquiry=enquiry, by=by, at=at, note=note), enquiry)
    return reread(enquiry)


def file(
    *, enquiry: Enquiry, outcome: str, by: User, at: datetime | None = None, note: str = ""
) -> Enquiry:
    """The rooms have done with it. A booked visit is news for the referrer."""
    if outcome not in Enquiry.Outcome:
        raise CannotMove("Choose what became of it.")
    now = at or timezone.now()
    filed = {"outcome": outcome, "filed_at": now}
    with transaction.atomic():
        event = move("file", enquiry=enquiry, by=by, at=now, note=note, **filed)
        if outcome == Enquiry.Outcome.BOOKED:
            tell_referrer(event, enquiry)
    return reread(enquiry)


def reopen(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Take it up again, undecided and without the outcome it had.

    News of the decision that has not gone out is withdrawn; a referrer who was told hears that it
    no longer stands.
    """
    with transaction.atomic():
        event = move("reopen", enquiry=enquiry, by=by, at=at, note=note, outcome="", filed_at=None)
        take_back(event, enquiry)
    return reread(enquiry)


def mark_spam(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Set it aside. It is kept, and can be taken back."""
    with transaction.atomic():
        move("mark_spam", enquiry=enquiry, by=by, at=at, note=note)
    return reread(enquiry)


def not_spam(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Take it back among the others. Whoever was not told of it so far is told now.

    `received_at` stays, so the clock has run all the time.
    """
    with transaction.atomic():
        event = move("not_spam", enquiry=enquiry, by=by, at=at, note=note)
        told = set(enquiry.notifications.values_list("kind", flat=True))
        if Notification.Kind.NEW_ENQUIRY not in told:
            tell(Notification.Kind.NEW_ENQUIRY, enquiry, outbox.rooms_addresses(), event.at)
        if Notification.Kind.RECEIPT not in told and enquiry.sender_email:
            tell(Notification.Kind.RECEIPT, enquiry, [enquiry.sender_email], event.at)
    return reread(enquiry)


def tell(kind: str, enquiry: Enquiry, recipients: list[str], at: datetime) -> None:
    outbox.enqueue(kind=kind, enquiry=enquiry, recipients=recipients, at=at)


def revoke_status_link(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """Switch the status page off for good: nobody can make the same link again."""
    require(by, "referrals.change_enquiry")
    with transaction.atomic():
        link = Enquiry.objects.filter(pk=enquiry.pk, status_token_hash__isnull=False)
        if not link.update(status_token_hash=None):
            raise CannotMove("There is no status link to switch off.")
        write_down(Kind.LINK_REVOKED, enquiry=enquiry, by=by, at=at)
    return reread(enquiry)


@transaction.atomic
def retry_mail(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> list[Notification]:
    """Put the enquiry's undelivered mail first in the queue, also what a person had set aside."""
    require(by, "referrals.change_enquiry")
    now = at or timezone.now()
    retried = [n for n in enquiry.notifications.all() if outbox.retry(notification=n, at=now)]
    if retried:
        write_down(Kind.MAIL_RETRIED, enquiry=enquiry, by=by, at=now)
    return retried


@transaction.atomic
def retry_one(*, notification: Notification, by: User, at: datetime | None = None) -> bool:
    """Put one mail first in the queue; False where it was sent or is being sent."""
    require(by, "referrals.change_enquiry")
    retried = outbox.retry(notification=notification, at=at)
    if retried and notification.enquiry:
        write_down(Kind.MAIL_RETRIED, enquiry=notification.enquiry, by=by, at=at)
    return retried


@transaction.atomic
def note_dead_mail(
    *, notification: Notification, by: User, at: datetime | None = None
) -> Notification:
    """A person has seen that this mail cannot be delivered, so the site stops warning of it."""
    require(by, "referrals.change_enquiry")
    if not outbox.note_dead(notification=notification):
        raise CannotMove("Only a mail that could not be delivered can be set aside.")
    if notification.enquiry:
        write_down(Kind.MAIL_NOTED, enquiry=notification.enquiry, by=by, at=at)
    notification.refresh_from_db(fields=["state"])
    return notification
