"""The calls of an enquiry on its page, and the buttons that note one in the bar beside it."""

from typing import Any, NamedTuple

from django import template
from django.utils import timezone

from referrals.ending.calls import whom_to_ring
from referrals.ending.counting import TOLD_AFTER, WITHIN_DAYS, in_vain, standing
from referrals.identifiers import dialled, phone_numbers
from referrals.inbox.clocks import must_ring
from referrals.mail import outbox
from referrals.models import Call, Enquiry, Event, Notification
from referrals.states.lookups import state_of
from referrals.states.reaching import not_reached_since
from referrals.states.withdrawing import withdrawal_of
from referrals.workflow.patient_news import patient_address

register = template.Library()


class Somebody(NamedTuple):
    """One person to ring: who, the numbers with what they dial, and how it went last."""

    whom: Call.Whom
    numbers: list[tuple[str, str]]
    last: Call | None


@register.simple_tag(takes_context=True)
def calls_of(context: dict[str, Any], enquiry: Enquiry) -> dict[str, Any]:
    """For `calls.html` and `rang.html`; nobody to ring where it is set aside."""
    if state_of(enquiry).is_hidden:
        return {"people": []}
    rows = list(enquiry.calls.select_related("by")) if may_have_calls(enquiry) else []
    calls = standing(rows)
    return {
        "is_first": must_ring(enquiry) or is_to_book(enquiry),
        "is_folded": enquiry.kind == Enquiry.Kind.REFERRAL,  # where it is not first
        "people": [person(enquiry, whom, calls) for whom in whom_to_ring(enquiry)],
        "results": list(Call.Result),
        "calls": list(reversed(calls)),
        "number": rows[-1].number + 1 if rows else 1,
        "in_vain": in_vain(calls, at=timezone.now()) if may_count(enquiry) else 0,
        "told_after": TOLD_AFTER,
        "within_days": WITHIN_DAYS,
        "not_reached": not_reached_since(enquiry),
        **patient_mail(enquiry, context.get("notifications") or []),
    }


def is_to_book(enquiry: Enquiry) -> bool:
    return enquiry.status == Enquiry.Status.ACCEPTED and withdrawal_of(enquiry) is None


def may_have_calls(enquiry: Enquiry) -> bool:
    """Each call is a line of the timeline too, which the page has read."""
    lines = enquiry.lines_read
    return lines is None or any(line.kind == Event.Kind.RANG for line in lines)


def may_count(enquiry: Enquiry) -> bool:
    is_over = enquiry.status in {Enquiry.Status.RETURNED, Enquiry.Status.FILED}
    return enquiry.kind == Enquiry.Kind.REFERRAL and not is_over


def person(enquiry: Enquiry, whom: Call.Whom, calls: list[Call]) -> Somebody:
    is_patient = whom == Call.Whom.PATIENT
    text = enquiry.referral.patient_phone if is_patient else enquiry.sender_phone
    numbers = [(dialled(number), number) for number in phone_numbers(text)]
    last = next((call for call in reversed(calls) if call.whom == whom), None)
    return Somebody(whom, numbers, last)


def patient_mail(enquiry: Enquiry, mails: list[Notification]) -> dict[str, Any]:
    """Whether the patient hears by mail, and what did not arrive."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return {}
    hers = [mail for mail in mails if mail.kind == Notification.Kind.PATIENT]
    return {
        "patient_hears": patient_address(enquiry),
        "patient_refused": [mail for mail in hers if outbox.was_refused(mail)],
    }
