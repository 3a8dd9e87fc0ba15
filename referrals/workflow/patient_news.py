"""What the patient hears by mail: where the doctor gave an address and ticked that she agrees.

The same steps as whoever referred, in words of their own (`states/patient_words.py`). News of a
decision that nobody has begun to send is withdrawn with it; what went out is put right.
"""

from referrals.mail import outbox
from referrals.models import Enquiry, Event, Notification
from referrals.states.lookups import decisions
from referrals.states.patient_words import ARRIVED, patient_news
from referrals.workflow.news import NEVER_TOLD, not_begun, waits

KIND = Notification.Kind.PATIENT


def patient_address(enquiry: Enquiry) -> str:
    """Where the patient's own mail goes; empty where she gets none. Never the doctor's address,
    who hears already."""
    if enquiry.kind != Enquiry.Kind.REFERRAL or not enquiry.referral.patient_agrees_mail:
        return ""
    address = enquiry.referral.patient_email or ""
    return "" if is_same_address(address, enquiry.sender_email) else address


def is_same_address(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def tell_patient(event: Event, enquiry: Enquiry, *, outcome: str = "") -> None:
    """Queue what the patient hears of an event, if anything."""
    if event.kind == Event.Kind.REOPENED and not take_back(enquiry):
        return
    news = patient_news(event.kind, outcome)
    if news is None or not (address := patient_address(enquiry)):
        return
    mails = enquiry.notifications.filter(kind=KIND)
    if news is ARRIVED and mails.exists():
        return
    outbox.enqueue(
        kind=KIND,
        enquiry=enquiry,
        event=event,
        recipients=[address],
        at=event.at,
        wait=waits(event),
    )


def take_back(enquiry: Enquiry) -> bool:
    """Withdraw what has not gone out; whether something went out that no longer stands."""
    for mail in not_begun(enquiry, KIND):
        outbox.withdraw_mail(notification=mail)
    kinds = [*decisions(), Event.Kind.REOPENED]
    told = enquiry.notifications.filter(kind=KIND, event__kind__in=kinds)
    last = told.exclude(NEVER_TOLD).select_related("event").order_by("-pk").first()
    return last is not None and last.event is not None and last.event.kind != Event.Kind.REOPENED
