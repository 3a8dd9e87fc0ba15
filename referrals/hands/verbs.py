"""Who has it, for whom it is, when to look again, unread again. Each verb is one transaction.

A verb changes only what its caller has seen: when a colleague was faster it raises
`ChangedMeanwhile`, says who has it now, and nothing has happened.
"""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.models import Clinician
from clinic_site.permissions import require
from referrals.hands.people import CHANGE, can_have, name_of
from referrals.mail import outbox
from referrals.models import Enquiry, Event, Notification
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Part
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, write_down

Kind = Event.Kind
AHEAD_AT_MOST = timedelta(days=366)
ONE_MAIL_FOR = timedelta(hours=1)
FIRST_FREE = "whoever is free first"


@transaction.atomic
def assign(*, enquiry: Enquiry, to: User | None, by: User, at: datetime | None = None) -> Enquiry:
    """Give it to a colleague, take it, hand it on; None gives it back. A second press of the same
    changes nothing. A colleague who gets it from another hears by mail, which is taken back where
    it has not gone out before somebody else has it."""
    require(by, CHANGE)
    now = at or timezone.now()
    if to is not None and not can_have(to):
        raise CannotMove(f"{name_of(to)} cannot have it: the account is closed, or may not decide.")
    had = enquiry.assigned_to
    won = Enquiry.objects.filter(pk=enquiry.pk, assigned_to=had).update(assigned_to=to)
    if not won:
        raise ChangedMeanwhile(who_was_faster(enquiry))
    if had != to:
        words = handed_in_words(had=had, to=to, who=by)
        write_down(Kind.HANDED, enquiry=enquiry, by=by, at=now, note=words)
        for mail in enquiry.notifications.filter(kind=Notification.Kind.HANDED).only("pk"):
            outbox.set_aside(notification=mail)
        if to is not None and to != by:
            tell_colleague(enquiry, to, at=now)
    enquiry.assigned_to = to
    return enquiry


def tell_colleague(enquiry: Enquiry, to: User, *, at: datetime) -> None:
    """At most one mail an hour to each for one enquiry, however often it goes to and fro."""
    kind = Notification.Kind.HANDED
    lately = enquiry.notifications.filter(kind=kind, created_at__gt=at - ONE_MAIL_FOR)
    heard = lately.exclude(state=Notification.State.UNDONE)
    if to.email and to.email not in [mail.recipient for mail in heard]:
        outbox.enqueue(kind=kind, enquiry=enquiry, recipients=[to.email], at=at)


def who_was_faster(enquiry: Enquiry) -> str:
    now = Enquiry.objects.select_related("assigned_to").only("assigned_to").get(pk=enquiry.pk)
    if now.assigned_to is None:
        return "A colleague was faster: it was given back, and nobody has it now."
    return f"A colleague was faster: {name_of(now.assigned_to)} has it now."


def handed_in_words(*, had: User | None, to: User | None, who: User) -> str:
    before = f" Before, {name_of(had)} had it." if had and had != who else ""
    if to is None:
        return f"{name_of(who)} gave it back: nobody has it.{before}"
    if to == who:
        return f"{name_of(who)} took it.{before}"
    return f"{name_of(who)} handed it to {name_of(to)}.{before}"


@transaction.atomic
def set_for_whom(
    *, enquiry: Enquiry, clinician: Clinician | None, by: User, at: datetime | None = None
) -> Enquiry:
    """For which doctor it is; None is whoever is free first. A doctor who hears of her own does."""
    require(by, CHANGE)
    had = enquiry.for_clinician_id
    rows = Enquiry.objects.filter(pk=enquiry.pk, for_clinician=had)
    if not rows.update(for_clinician=clinician):
        raise ChangedMeanwhile("A colleague has just changed for whom it is. Look once more.")
    enquiry.for_clinician = clinician
    if had == (clinician.pk if clinician else None):
        return enquiry
    now = at or timezone.now()
    whom = clinician.name if clinician else FIRST_FREE
    write_down(Kind.FOR_WHOM, enquiry=enquiry, by=by, at=now, note=f"For {whom}.")
    if clinician and clinician.notify_email:
        outbox.enqueue(
            kind=Notification.Kind.NEW_ENQUIRY,
            enquiry=enquiry,
            recipients=[clinician.notify_email],
            at=now,
        )
    return enquiry


@transaction.atomic
def remind(*, enquiry: Enquiry, on: date | None, by: User, at: datetime | None = None) -> Enquiry:
    """On that day of the clinic it stands on top again, until somebody clears it (None)."""
    require(by, CHANGE)
    now = at or timezone.now()
    if on is not None:
        refuse_day(enquiry, on, today=timezone.localdate(now))
    if enquiry.remind_on == on:
        return enquiry
    Enquiry.objects.filter(pk=enquiry.pk).update(remind_on=on)
    words = f"Look again on {on.day} {on:%B %Y}." if on else "No reminder any more."
    write_down(Kind.REMIND, enquiry=enquiry, by=by, at=now, note=words)
    enquiry.remind_on = on
    return enquiry


def refuse_day(enquiry: Enquiry, day: date, *, today: date) -> None:
    if enquiry.status in statuses_where(part=Part.FILED):
        raise CannotMove("It is filed. Open it again first, then choose a day.")
    if day < today:
        raise CannotMove("That day is over. Choose today or a later day.")
    if day > today + AHEAD_AT_MOST:
        raise CannotMove("That is more than a year away. Is the year right?")


@transaction.atomic
def mark_unread(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """It stands in the list as unread again, until somebody opens it there."""
    require(by, CHANGE)
    if enquiry.status in statuses_where(part=Part.SPAM):
        raise CannotMove("It is set aside as spam. Press “Not spam” first.")
    rows = Enquiry.objects.filter(pk=enquiry.pk, opened_at__isnull=False, needs_look=False)
    if rows.update(needs_look=True):
        write_down(Kind.UNREAD, enquiry=enquiry, by=by, at=at)
    enquiry.refresh_from_db(fields=["needs_look"])
    return enquiry


def call_for_look(*, enquiry: Enquiry) -> None:
    """An answer came: unread again. In the transaction of whoever stores the answer."""
    Enquiry.objects.filter(pk=enquiry.pk).update(needs_look=True)


def note_looked_at(*, enquiry: Enquiry) -> None:
    """Somebody opened it by a press on our page. Before its page is read: an answer that comes
    later makes it unread once more."""
    if enquiry.needs_look:
        Enquiry.objects.filter(pk=enquiry.pk, needs_look=True).update(needs_look=False)
