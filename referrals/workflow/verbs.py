"""What can happen to an enquiry. Each verb is one transaction: the change and its event.

A verb changes only the state that its caller has seen. When a colleague was faster it raises
`ChangedMeanwhile`, and nothing has happened.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.access_log import note_page
from referrals.mail import outbox
from referrals.models import AccessLog, AnswerBack, Ending, Enquiry, Event, Notification
from referrals.retention.confirming import tell_all
from referrals.states.completeness import check_functions
from referrals.states.lookups import fits
from referrals.states.outcomes import OUTCOMES
from referrals.states.shapes import Hears
from referrals.states.table import VERBS
from referrals.states.withdrawing import goes_on, why_it_stops
from referrals.timeline import add_line
from referrals.workflow.answers import write_answer
from referrals.workflow.news import hears_by_mail, tell_whoever_hears
from referrals.workflow.patient_news import tell_patient

Status, Kind = Enquiry.Status, Event.Kind
SAME_WORDS_WITHIN = timedelta(minutes=5)  # the same reply again is a second press
CHANGED_BY_VERBS = [
    *("status", "opened_at", "accepted_at", "filed_at", "outcome", "status_token_hash"),
    "joined_to",
]
HAS_ANSWERED = "Its sender has answered you, so it is no spam. Read the answer first."


class CannotMove(ValueError):
    """This cannot be done with the enquiry as it stands. Says why, in words for staff."""


class ChangedMeanwhile(CannotMove):
    """Somebody else changed the enquiry between reading and pressing."""


class NothingWritten(CannotMove):
    """The words that belong to this step are missing."""


def carry_out(
    name: str,
    *,
    enquiry: Enquiry,
    by: User,
    at: datetime | None,
    note: str = "",
    hears: Hears | None = None,
    booked_on: Any = None,
    words_in_mail: bool | None = None,
    **columns: Any,
) -> Enquiry:
    """One verb from end to end: the change, its event and its news, or nothing of them.

    `hears` stands in for what the verb's row says, and where it is `NOBODY` the patient hears
    nothing either. An outcome is kept beside its event. With `words_in_mail` given the note is for
    the sender, who reads it by a link, or in the mail as well. Raises `CannotMove` or
    `PermissionDenied`.
    """
    with transaction.atomic():
        event = move(name, enquiry=enquiry, by=by, at=at, note=note, **columns)
        outcome = columns.get("outcome", "")
        if outcome:
            Ending.objects.create(event=event, outcome=outcome, booked_on=booked_on)
        if words_in_mail is not None:
            write_answer(event=event, enquiry=enquiry, is_in_mail=words_in_mail)
        tell_whoever_hears(hears or VERBS[name].hears, event=event, enquiry=enquiry)
        if hears is not Hears.NOBODY:
            tell_patient(event, enquiry, outcome=outcome)
    return reread(enquiry)


def move(
    name: str,
    *,
    enquiry: Enquiry,
    by: User,
    at: datetime | None,
    note: str = "",
    though_withdrawn: bool = False,
    **columns: Any,
) -> Event:
    """Change the state that the caller saw and write it down; the event. In a transaction."""
    verb = VERBS[name]
    require(by, verb.permission)
    if not fits(verb, enquiry):
        raise CannotMove(f"It is “{enquiry.get_status_display()}”: this cannot be done with it.")
    if verb.needs_words and not note.strip():
        raise NothingWritten("Write a few words first: they stay in the timeline.")
    if goes_on(name, columns.get("outcome", "")) and not though_withdrawn:
        refuse_withdrawn(enquiry)
    won = Enquiry.objects.filter(pk=enquiry.pk, status=enquiry.status).update(
        status=verb.target, **columns
    )
    if not won:
        raise ChangedMeanwhile("A colleague has just changed it. Look at it once more.")
    return write_down(verb.event, enquiry=enquiry, by=by, at=at, note=note)


def refuse_withdrawn(enquiry: Enquiry) -> None:
    """What its sender withdrew goes on only where whoever presses says that she knows."""
    lock([enquiry.pk])  # a withdrawal that arrives just now holds it too
    if words := why_it_stops(enquiry):
        raise CannotMove(words)


def write_down(
    kind: str, *, enquiry: Enquiry, by: User | None, at: datetime | None, note: str = ""
) -> Event:
    words = note.strip() or None
    when = at or timezone.now()
    return add_line(kind, enquiry=enquiry, at=when, by=by, note=words)


def reread(enquiry: Enquiry) -> Enquiry:
    enquiry.refresh_from_db(fields=CHANGED_BY_VERBS)
    return enquiry


def open_(
    *, enquiry: Enquiry, by: User, at: datetime | None = None, beside: Iterable[str] = ()
) -> Enquiry:
    """Note that a person read the enquiry; the first reading opens it. `beside` are references of
    others that its page names: to see that they are there is a look-up.

    What looks like spam stays set aside when it is read, but its first reading is noted too.
    """
    require(by, VERBS["open_"].permission)
    now = at or timezone.now()
    if enquiry.opened_at is not None:  # which stays so: there is nothing to change
        note_page(reference=enquiry.reference, beside=beside, by=by, at=now)
        return enquiry
    unread = Enquiry.objects.filter(pk=enquiry.pk, opened_at__isnull=True)
    with transaction.atomic():
        note_page(reference=enquiry.reference, beside=beside, by=by, at=now)
        first = unread.filter(status=Status.RECEIVED).update(status=Status.OPENED, opened_at=now)
        if first or unread.filter(status=Status.SPAM).update(opened_at=now):
            write_down(Kind.OPENED, enquiry=enquiry, by=by, at=now)
    return reread(enquiry)


def accept(
    *,
    enquiry: Enquiry,
    by: User,
    at: datetime | None = None,
    note: str = "",
    though_withdrawn: bool = False,
) -> Enquiry:
    """The rooms take the patient on."""
    now = at or timezone.now()
    known: dict[str, Any] = {"though_withdrawn": though_withdrawn, "accepted_at": now}
    return carry_out("accept", enquiry=enquiry, by=by, at=now, note=note, **known)


def ask(
    *,
    enquiry: Enquiry,
    by: User,
    note: str,
    at: datetime | None = None,
    words_in_mail: bool = False,
    though_withdrawn: bool = False,
) -> Enquiry:
    """The rooms need to know more. `note` is the question, which the referrer reads by a link."""
    known: dict[str, Any] = {"words_in_mail": words_in_mail, "though_withdrawn": though_withdrawn}
    return carry_out("ask", enquiry=enquiry, by=by, at=at, note=note, **known)


def return_(
    *,
    enquiry: Enquiry,
    by: User,
    note: str,
    at: datetime | None = None,
    words_in_mail: bool = False,
    though_withdrawn: bool = False,
) -> Enquiry:
    """The rooms do not take the patient on. `note` is the advice to the referrer."""
    known: dict[str, Any] = {"words_in_mail": words_in_mail, "though_withdrawn": though_withdrawn}
    return carry_out("return_", enquiry=enquiry, by=by, at=at, note=note, **known)


def reply(
    *,
    enquiry: Enquiry,
    by: User,
    note: str,
    at: datetime | None = None,
    words_in_mail: bool = False,
) -> Enquiry:
    """Words to whoever sent it, without a decision. A second press of the same ones is refused."""
    now = at or timezone.now()
    with transaction.atomic():
        event = note_line("reply", enquiry=enquiry, by=by, at=now, note=note)
        if enquiry.sender_email and not hears_by_mail(enquiry):
            raise CannotMove("Its sender wants no mail from us: please ring.")
        lately = enquiry.events.filter(kind=Kind.REPLIED, at__gt=now - SAME_WORDS_WITHIN)
        if any(other.note == event.note for other in lately.exclude(pk=event.pk)):
            raise ChangedMeanwhile("These very words were sent just now. Nothing is sent twice.")
        write_answer(event=event, enquiry=enquiry, is_in_mail=words_in_mail)
        tell_whoever_hears(VERBS["reply"].hears, event=event, enquiry=enquiry)
    return enquiry


def file(
    *,
    enquiry: Enquiry,
    outcome: str,
    by: User,
    at: datetime | None = None,
    note: str = "",
    booked_on: date | None = None,
    though_withdrawn: bool = False,
) -> Enquiry:
    """The rooms have done with it. How it ended is news for the referrer, a visit with its day."""
    if outcome not in Enquiry.Outcome:
        raise CannotMove("Choose what became of it.")
    if booked_on and outcome != Enquiry.Outcome.BOOKED:
        raise CannotMove("A day goes with “Booked” only: choose that, or take the day away.")
    now = at or timezone.now()
    filed: dict[str, Any] = {"outcome": outcome, "filed_at": now, "booked_on": booked_on}
    was_told = enquiry.status == Status.RETURNED and outcome == Enquiry.Outcome.NOT_TAKEN
    filed |= {"hears": Hears.NOBODY if was_told else OUTCOMES[outcome].hears}
    filed |= {"though_withdrawn": though_withdrawn}
    return carry_out("file", enquiry=enquiry, by=by, at=now, note=note, **filed)


def reopen(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Take it up again, undecided and without the outcome it had.

    News of the decision that has not gone out is withdrawn; a referrer who was told hears that it
    no longer stands. A duplicate is no longer joined, and the other one's timeline says so.
    """
    undone: dict[str, Any] = {"outcome": "", "filed_at": None, "joined_to": None}
    with transaction.atomic():
        other = joined_with(enquiry)
        carry_out("reopen", enquiry=enquiry, by=by, at=at, note=note, **undone)
        if other:
            write_down(Kind.PARTED, enquiry=other, by=by, at=at, note=enquiry.reference)
    return enquiry


def joined_with(enquiry: Enquiry) -> Enquiry | None:
    """The one it was joined to, both locked; None where it stands alone."""
    found = Enquiry.objects.filter(pk=enquiry.pk).values_list("joined_to", flat=True).first()
    lock([enquiry.pk, found] if found else [])
    return Enquiry.objects.only("pk", "reference").get(pk=found) if found else None


def lock(keys: Iterable[int]) -> None:
    """Always the older one first, so that two people never wait for each other."""
    rows = Enquiry.objects.select_for_update().filter(pk__in=list(keys))
    list(rows.order_by("pk").only("pk"))


def mark_spam(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Set it aside. It is kept, and can be taken back. Refused where its sender has answered us, as
    what was acknowledged is not set aside unread, and where another goes on as it."""
    require(by, VERBS["mark_spam"].permission)
    with transaction.atomic():
        lock([enquiry.pk])  # an answer that arrives just now holds it too
        if AnswerBack.objects.filter(enquiry=enquiry.pk).exists():
            raise CannotMove(HAS_ANSWERED)
        if enquiry.joined_here.exists():
            raise CannotMove("Another one was joined with this one. Open that one again first.")
        return carry_out("mark_spam", enquiry=enquiry, by=by, at=at, note=note)


def not_spam(*, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = "") -> Enquiry:
    """Take it back among the others. Whoever was not told of it so far is told now.

    `received_at` stays, so the clock has run all the time.
    """
    return carry_out("not_spam", enquiry=enquiry, by=by, at=at, note=note)


def revoke_status_link(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """Switch the status page off for good: nobody can make the same link again."""
    require(by, VERBS["revoke_status_link"].permission)
    with transaction.atomic():
        link = Enquiry.objects.filter(pk=enquiry.pk, status_token_hash__isnull=False)
        if not link.update(status_token_hash=None):
            raise CannotMove("There is no status link to switch off.")
        write_down(Kind.LINK_REVOKED, enquiry=enquiry, by=by, at=at)
    return reread(enquiry)


def note_in_software(
    *, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = ""
) -> Enquiry:
    """Somebody has seen it in the practice software. Its record must have been saved from here."""
    require(by, VERBS["note_in_software"].permission)
    saved = AccessLog.objects.filter(reference=enquiry.reference, action=AccessLog.Action.RECORD)
    if not saved.exists():
        raise CannotMove(
            "Nobody has saved it from here yet. Press “Save everything as a PDF” at the top first."
        )
    return add_to_timeline("note_in_software", enquiry=enquiry, by=by, at=at, note=note)


def hold(*, enquiry: Enquiry, by: User, note: str, at: datetime | None = None) -> Enquiry:
    """A legal hold: neither the clinic's rule nor anybody erases it. `note` is why."""
    return add_to_timeline("hold", enquiry=enquiry, by=by, at=at, note=note)


def lift_hold(*, enquiry: Enquiry, by: User, note: str, at: datetime | None = None) -> Enquiry:
    """The hold is over. `note` is why."""
    return add_to_timeline("lift_hold", enquiry=enquiry, by=by, at=at, note=note)


def ask_erasure(*, enquiry: Enquiry, by: User, note: str, at: datetime | None = None) -> Enquiry:
    """The first of two steps: `retention.erasing.erase` is the other. `note` is who asked, why.

    All who may erase are told, by its reference.
    """
    with transaction.atomic():
        add_to_timeline("ask_erasure", enquiry=enquiry, by=by, at=at, note=note)
        tell_all("erasure_asked", enquiry=enquiry, who=by)
    return enquiry


def withdraw_erasure(
    *, enquiry: Enquiry, by: User, at: datetime | None = None, note: str = ""
) -> Enquiry:
    """Nobody asks for its erasure any more."""
    return add_to_timeline("withdraw_erasure", enquiry=enquiry, by=by, at=at, note=note)


def add_to_timeline(
    name: str, *, enquiry: Enquiry, by: User, at: datetime | None, note: str
) -> Enquiry:
    """A verb that adds a line and changes no column. Of two at once the second is refused."""
    note_line(name, enquiry=enquiry, by=by, at=at, note=note)
    return enquiry


def note_line(name: str, *, enquiry: Enquiry, by: User, at: datetime | None, note: str) -> Event:
    """The line of such a verb."""
    verb = VERBS[name]
    require(by, verb.permission)
    with transaction.atomic():
        Enquiry.objects.select_for_update().only("pk").get(pk=enquiry.pk)
        reread(enquiry)
        if not fits(verb, enquiry):
            raise ChangedMeanwhile("This is no longer possible. Look at it once more.")
        if verb.needs_words and not note.strip():
            raise NothingWritten("Write a few words first: they stay in the timeline.")
        return write_down(verb.event, enquiry=enquiry, by=by, at=at, note=note)


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


check_functions(VERBS, globals())
