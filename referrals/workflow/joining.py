"""Joins two enquiries that are the same one. Taken back by `verbs.reopen`."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.models import Enquiry, Event
from referrals.states.lookups import fits, state_of
from referrals.states.outcomes import OUTCOMES
from referrals.states.table import VERBS
from referrals.states.withdrawing import withdrawal_of
from referrals.workflow.verbs import CannotMove, carry_out, lock, write_down

SEALED = ["sender_name", "sender_email", "sender_phone"]
DUPLICATE = Enquiry.Outcome.DUPLICATE
CLOSED = {Enquiry.Status.FILED, Enquiry.Status.RETURNED}
MOST_URGENT_FIRST = [Enquiry.Urgency.URGENT, Enquiry.Urgency.SOON, Enquiry.Urgency.ROUTINE]


def pressing(enquiry: Enquiry) -> tuple[bool, int]:
    """Sorts what presses most to the front: of two, that one goes on, so that no red flag ends."""
    return not enquiry.is_red_flagged, MOST_URGENT_FIRST.index(enquiry.urgency)  # type: ignore[arg-type]


def join(*, enquiry: Enquiry, other: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """`enquiry` ends as a duplicate, and the rooms go on with `other`. Both timelines say so.

    Raises `CannotMove` where that would lead to no living one, or in a row from one to the next.
    """
    require(by, VERBS["file"].permission)
    now = at or timezone.now()
    with transaction.atomic():
        lock([enquiry.pk, other.pk])
        goes_on = Enquiry.objects.defer(*SEALED).get(pk=other.pk)
        refuse_what_cannot_be_joined(enquiry, goes_on)
        carry_out(
            "file",
            enquiry=enquiry,
            by=by,
            at=now,
            note=f"It goes on as {goes_on.reference}.",
            hears=OUTCOMES[DUPLICATE].hears,
            outcome=DUPLICATE,
            filed_at=now,
            joined_to=goes_on,
        )
        write_down(Event.Kind.JOINED, enquiry=goes_on, by=by, at=now, note=enquiry.reference)
    return enquiry


def goes_on_first(enquiry: Enquiry) -> tuple[bool, tuple[bool, int], datetime, int]:
    """Sorts the one of two that goes on to the front: never a closed or a withdrawn one, else what
    presses most, else the earlier."""
    is_shut = enquiry.status in CLOSED or state_of(enquiry).is_hidden
    is_over = is_shut or withdrawal_of(enquiry) is not None
    return is_over, pressing(enquiry), enquiry.received_at, enquiry.pk


def why_not(enquiry: Enquiry, other: Enquiry) -> str:
    """Why `enquiry` cannot be joined into `other`, in words for staff; empty where it can."""
    if not fits(VERBS["file"], enquiry):
        return f"{enquiry.reference} is “{enquiry.get_status_display()}” already."
    try:
        refuse_what_cannot_be_joined(enquiry, other)
    except CannotMove as problem:
        return str(problem)
    return ""


def refuse_what_cannot_be_joined(enquiry: Enquiry, other: Enquiry) -> None:
    """In the transaction that holds both."""
    if enquiry.pk == other.pk:
        raise CannotMove("This is one and the same. Choose another to join it with.")
    if enquiry.kind != other.kind:
        raise CannotMove("A message and a referral cannot be joined.")
    if other.joined_to_id:
        raise CannotMove(f"{other.reference} is a duplicate itself. Join with the other one of it.")
    if other.status in CLOSED:
        raise CannotMove(
            f"{other.reference} is closed. Open it again first, or join the other way round."
        )
    refuse_wrong_way_round(enquiry, other)
    if state_of(other).is_hidden:
        raise CannotMove(f"{other.reference} is set aside as spam. Take it back first.")
    if Enquiry.objects.filter(joined_to=enquiry.pk).exists():
        raise CannotMove(
            f"Another one was joined with {enquiry.reference}. Open that one again first."
        )


def refuse_wrong_way_round(enquiry: Enquiry, other: Enquiry) -> None:
    """What nobody withdrew goes on, then what is more urgent: so neither ends unseen."""
    if withdrawal_of(enquiry):
        return
    if withdrawal_of(other):
        raise CannotMove(f"The sender withdrew {other.reference}. Join the other way round.")
    if pressing(enquiry) < pressing(other):
        raise CannotMove(f"{enquiry.reference} is more urgent: it must go on. Join the other one.")
