"""Rang: who, when, whom, and whether they answered. One press is one call.

Three calls to the patient without an answer within ten days are told to whoever referred and to
the patient's address, once; a call that reaches the patient ends that, and so does taking back a
slip. What nobody has begun to send is withdrawn.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from referrals.ending.counting import TOLD_AFTER, in_vain, reached_after, standing
from referrals.inbox.clocks import RING
from referrals.mail import outbox
from referrals.models import Call, Enquiry, Event, Notification
from referrals.states.lookups import state_of
from referrals.states.reaching import not_reached_since
from referrals.states.table import CHANGE
from referrals.timeline import add_line
from referrals.workflow.news import NEVER_TOLD, tell_referrer
from referrals.workflow.patient_news import tell_patient
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile, reread

Kind = Event.Kind


def whom_to_ring(enquiry: Enquiry) -> list[Call.Whom]:
    """Whose telephone it may be: of a referral the patient's and the doctor's."""
    if enquiry.kind == Enquiry.Kind.REFERRAL:
        return [Call.Whom.PATIENT, Call.Whom.DOCTOR]
    return [Call.Whom.WRITER]


def rang(
    *,
    enquiry: Enquiry,
    by: User,
    whom: str,
    result: str,
    number: int | None = None,
    at: datetime | None = None,
) -> Call:
    """Note a call. `number` is the one that the page had next: a second press of the same page, or
    a colleague's meanwhile, raises `ChangedMeanwhile`."""
    require(by, CHANGE)
    if whom not in whom_to_ring(enquiry) or result not in Call.Result:
        raise CannotMove("Choose whom you rang, and whether they answered.")
    now = at or timezone.now()
    with transaction.atomic():
        following = locked_number(enquiry, number)
        call = Call.objects.create(
            enquiry=enquiry, number=following, by=by, at=now, whom=whom, result=result
        )
        if result == Call.Result.REACHED:
            Enquiry.objects.filter(pk=enquiry.pk, first_rang_at=None).update(first_rang_at=now)
        add_line(Kind.RANG, enquiry=enquiry, at=now, by=by, note=in_words(call))
        settle(enquiry, by=by, at=now)
    enquiry.refresh_from_db(fields=["first_rang_at"])
    return call


def take_call_back(*, call: Call, by: User, at: datetime | None = None) -> Call:
    """It was noted by mistake. Both lines stay in the timeline, and it counts no more; the clock
    of a red flag runs again where nobody else was reached. Raises `CannotMove`."""
    require(by, CHANGE)
    now, enquiry = at or timezone.now(), call.enquiry
    with transaction.atomic():
        following = locked_number(enquiry, None)
        if call not in standing(enquiry.calls.all()):
            raise ChangedMeanwhile("That call is taken back already.")
        slip = Call.objects.create(
            enquiry=enquiry, number=following, by=by, at=now, whom=call.whom, mistake=call
        )
        count_from_next_reached(enquiry, without=call)
        add_line(Kind.CALL_MISTAKEN, enquiry=enquiry, at=now, by=by, note=in_words(call))
        settle(enquiry, by=by, at=now)
    enquiry.refresh_from_db(fields=["first_rang_at"])
    return slip


def count_from_next_reached(enquiry: Enquiry, *, without: Call) -> None:
    """The clock of a red flag runs until somebody answered: a message left helps nobody tonight.
    Calls before the first that counts were made before anybody knew of the flag. Where none is
    left it rings anew, and is late anew."""
    rows = Enquiry.objects.filter(pk=enquiry.pk, first_rang_at=without.at)
    if not rows.exists():
        return
    later = [one for one in standing(enquiry.calls.all()) if one.number > without.number]
    first = min((one.at for one in later if one.result == Call.Result.REACHED), default=None)
    rows.update(first_rang_at=first)
    if first is None:
        enquiry.late_notices.filter(clock=RING).delete()


def locked_number(enquiry: Enquiry, expected: int | None) -> int:
    """The number of the next call, in a transaction that nobody else adds one to."""
    Enquiry.objects.select_for_update().only("pk").get(pk=enquiry.pk)
    if state_of(reread(enquiry)).is_hidden:
        raise CannotMove("It is set aside as spam. Press “Not spam” first if it is real.")
    following = next_number(enquiry)
    if expected is not None and expected != following:
        raise ChangedMeanwhile("A call was noted just before. Look whether it is this one.")
    return following


def next_number(enquiry: Enquiry) -> int:
    last = enquiry.calls.order_by("number").values_list("number", flat=True).last()
    return (last or 0) + 1


def in_words(call: Call) -> str:
    """`The patient: no answer.`"""
    return f"{Call.Whom(call.whom).label}: {Call.Result(call.result).label.lower()}."


def settle(enquiry: Enquiry, *, by: User, at: datetime) -> None:
    """Write down what the calls come to now, and tell whom it concerns."""
    if enquiry.kind != Enquiry.Kind.REFERRAL or is_over(enquiry):
        return
    calls = standing(enquiry.calls.all())
    line = not_reached_since(enquiry)
    if line is None:
        if in_vain(calls, at=at) >= TOLD_AFTER:
            event = add_line(Kind.NOT_REACHED, enquiry=enquiry, at=at, by=by)
            tell_referrer(event, enquiry)
            tell_patient(event, enquiry)
    elif reached_after(calls, line.at) or in_vain(calls, at=line.at) < TOLD_AFTER:
        end_not_reached(line, enquiry, by=by, at=at)


def is_over(enquiry: Enquiry) -> bool:
    return enquiry.status in {Enquiry.Status.RETURNED, Enquiry.Status.FILED}


def end_not_reached(line: Event, enquiry: Enquiry, *, by: User, at: datetime) -> None:
    event = add_line(Kind.NOT_REACHED_ENDS, enquiry=enquiry, at=at, by=by)
    mails = Notification.objects.filter(event=line)
    for mail in mails:
        outbox.withdraw_mail(notification=mail)
    if mails.filter(kind=Notification.Kind.STATUS).exclude(NEVER_TOLD).exists():
        tell_referrer(event, enquiry)
