"""What the patient hears by mail: where the doctor gave an address and ticked that she agrees.

The same steps as whoever referred, in words of their own (`states/patient_words.py`). News of a
decision that nobody has begun to send is withdrawn with it; what went out is put right.
"""

from referrals.mail import no_mail, outbox
from referrals.models import Enquiry, Event, Notification
from referrals.states.lookups import decisions
from referrals.states.patient_words import ARRIVED, patient_news
from referrals.workflow.news import (
    NEVER_TOLD,
    heard_of_reopening,
    if_reopened,
    not_begun,
    told,
    waits,
    was_told,
)

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
    if news is None or not (address := patient_address(read_again(enquiry))):
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


def read_again(enquiry: Enquiry) -> Enquiry:
    """Its addresses under its lock: since the caller read it a colleague may have corrected one."""
    addresses = ["sender_email", "referral__patient_email", "referral__patient_agrees_mail"]
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("referral")
    return rows.only("kind", *addresses).get(pk=enquiry.pk)


def take_back(enquiry: Enquiry) -> bool:
    """Withdraw what has not gone out; whether something went out that no longer stands."""
    for mail in not_begun(enquiry, KIND):
        outbox.withdraw_mail(notification=mail)
    kinds = [*decisions(), Event.Kind.REOPENED]
    mails = enquiry.notifications.filter(kind=KIND, event__kind__in=kinds)
    last = mails.exclude(NEVER_TOLD).select_related("event").order_by("-pk").first()
    return last is not None and last.event is not None and last.event.kind != Event.Kind.REOPENED


def all_if_reopened(enquiry: Enquiry) -> str:
    """What the doctor and the patient would hear if it were opened again now, for staff."""
    return f"{if_reopened(enquiry)} {patient_if_reopened(enquiry)}".strip()


def patient_if_reopened(enquiry: Enquiry) -> str:
    """Empty where she has heard of no decision."""
    last = told(enquiry, KIND)
    if last is None:
        return ""
    was = was_told(enquiry, last, KIND)
    address = patient_address(enquiry)
    if not (address and no_mail.wanted([address])):
        return f"The patient {was} told, and no email goes there now: please ring them."
    return f"The patient {was} told. They get an email that it no longer stands."


def all_heard_of_reopening(enquiry: Enquiry) -> str:
    """The same once it is done."""
    last = enquiry.events.order_by("-at", "-pk").first()
    hears = last and enquiry.notifications.filter(event=last, kind=KIND).exists()
    words = "The patient gets an email that it no longer stands." if hears else ""
    return f"{heard_of_reopening(enquiry)} {words}".strip()
