"""What the sender of a referral may see of it: five plain words, and nothing about the patient."""

from datetime import datetime
from typing import NamedTuple

from referrals.models import Enquiry, Event
from referrals.references import token_hash

RECEIVED, READ, ASKED = "Received", "Read by the rooms", "More information needed"
ACCEPTED, CLOSED = "Accepted", "Closed"
WORD_OF_STATUS = {
    Enquiry.Status.RECEIVED: RECEIVED,
    Enquiry.Status.SPAM: RECEIVED,  # whoever sent spam learns nothing from this page
    Enquiry.Status.OPENED: READ,
    Enquiry.Status.NEEDS_INFORMATION: ASKED,
    Enquiry.Status.ACCEPTED: ACCEPTED,
    Enquiry.Status.RETURNED: CLOSED,
    Enquiry.Status.FILED: CLOSED,
}
CHANGES = {
    Event.Kind.RECEIVED,
    Event.Kind.OPENED,
    Event.Kind.ASKED,
    Event.Kind.ACCEPTED,
    Event.Kind.RETURNED,
    Event.Kind.FILED,
    Event.Kind.REOPENED,
}
NEXT = {
    RECEIVED: "The rooms read it within one working day.",
    READ: "The rooms decide whether they can help. You hear from us by email.",
    ASKED: "Please ring the rooms. They need to know more before they can go on.",
    ACCEPTED: "We ring the patient to book. We write to you after the visit.",
    CLOSED: "The rooms have done their part. Please ring if you have a question about it.",
}


class Step(NamedTuple):
    word: str
    place: str  # "done", "now" or "later"


class PublicStatus(NamedTuple):
    reference: str
    word: str
    since: datetime
    next: str
    steps: list[Step]


def find(token: str) -> Enquiry | None:
    """The referral that a status link opens: one look-up by hash, whatever the token looks like."""
    referrals = Enquiry.objects.filter(kind=Enquiry.Kind.REFERRAL)
    return referrals.filter(status_token_hash=token_hash(token)).first()


def public_status(enquiry: Enquiry) -> PublicStatus:
    word = WORD_OF_STATUS[Enquiry.Status(enquiry.status)]
    return PublicStatus(
        enquiry.reference, word, last_change(enquiry), NEXT[word], steps(enquiry, word)
    )


def last_change(enquiry: Enquiry) -> datetime:
    """When the word that is shown became true."""
    if enquiry.status == Enquiry.Status.SPAM:
        return enquiry.received_at
    changes = enquiry.events.filter(kind__in=CHANGES).order_by("-at", "-pk")
    return changes.values_list("at", flat=True).first() or enquiry.received_at


def steps(enquiry: Enquiry, word: str) -> list[Step]:
    """The way of a referral, with where it stands. A step that may never come is left out."""
    way = [RECEIVED, READ, ACCEPTED, CLOSED]
    if word == ASKED:
        way.insert(2, ASKED)
    if word == CLOSED and not enquiry.events.filter(kind=Event.Kind.ACCEPTED).exists():
        way.remove(ACCEPTED)
    here = way.index(word)
    places = ["done"] * here + ["now"] + ["later"] * (len(way) - here - 1)
    return [Step(step, place) for step, place in zip(way, places, strict=True)]
