"""What the sender of a referral may see of it: five plain words, and nothing about the patient."""

from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from django.db.models import QuerySet

from referrals.models import Enquiry, Event
from referrals.references import token_hash
from referrals.urgency import is_emergency, is_urgent

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
}
OPENED_AGAIN = (
    "The rooms have opened it again and have not decided yet. If you heard otherwise before, that"
    " no longer stands. You hear from us by email."
)
NEXT_OF_URGENT = "Do not wait for us to read it: do what stands at the top of this page."
NOT_DECIDED = {RECEIVED, READ, ASKED}
RETURNED = (
    "The rooms returned it with advice. The patient is not booked. Please ring to hear the advice."
)
WHY_CLOSED = {
    "": RETURNED,
    Enquiry.Outcome.BOOKED: "We booked a visit for the patient. We write to you after it.",
    Enquiry.Outcome.IN_PRACTICE_SOFTWARE: (
        "It is in the rooms’ own system. This page does not show whether the patient is booked:"
        " please ring to ask."
    ),
    Enquiry.Outcome.DUPLICATE: (
        "The rooms have this referral twice. They go on with the other one: please ring to ask."
    ),
    Enquiry.Outcome.WITHDRAWN: (
        "It was withdrawn. The rooms do nothing more with it. Please ring if that is wrong."
    ),
    Enquiry.Outcome.ANSWERED: (
        "The rooms have answered it. Please ring if you have not had the answer."
    ),
}


class StatusStep(NamedTuple):
    word: str
    place: str  # "done", "now" or "later"


class PublicStatus(NamedTuple):
    reference: str
    word: str
    since: datetime
    next: str
    steps: list[StatusStep]
    files: list[str]  # what the sender can mend about files that could not be used
    is_urgent: bool = False  # told what to do now, above all else
    is_emergency: bool = False


def referral_behind(token: str) -> Enquiry | None:
    """The referral that a status link opens: one look-up by hash, whatever the token looks like."""
    referrals = Enquiry.objects.filter(kind=Enquiry.Kind.REFERRAL)
    return referrals.filter(status_token_hash=token_hash(token)).first()


def public_status(enquiry: Enquiry) -> PublicStatus:
    word = WORD_OF_STATUS[Enquiry.Status(enquiry.status)]
    return PublicStatus(
        enquiry.reference,
        word,
        last_change(enquiry),
        next_words(enquiry, word),
        steps(enquiry, word),
        file_words(enquiry),
        is_urgent=is_urgent(enquiry) and word in NOT_DECIDED,
        is_emergency=is_emergency(enquiry),
    )


def file_words(enquiry: Enquiry) -> list[str]:
    """A sentence for each file that we could not use, by its number: names are often the patient's.

    Whoever sent spam learns nothing from this page.
    """
    if enquiry.status == Enquiry.Status.SPAM:
        return []
    words = [(f.position, f.words_for_sender()) for f in enquiry.attachments.all()]
    return [f"File {position} {said}" for position, said in words if said]


def next_words(enquiry: Enquiry, word: str) -> str:
    """What the sender may rely on. A closed referral is booked only where the rooms said so."""
    if word == CLOSED:
        return WHY_CLOSED[enquiry.outcome]
    if word == READ and last_change_kind(enquiry) == Event.Kind.REOPENED:
        return OPENED_AGAIN
    if word == RECEIVED and is_urgent(enquiry):
        return NEXT_OF_URGENT
    return NEXT[word]


def last_change(enquiry: Enquiry) -> datetime:
    """When the word that is shown became true."""
    if enquiry.status == Enquiry.Status.SPAM:
        return enquiry.received_at
    return changes_of(enquiry).values_list("at", flat=True).first() or enquiry.received_at


def last_change_kind(enquiry: Enquiry) -> str:
    return changes_of(enquiry).values_list("kind", flat=True).first() or ""


def changes_of(enquiry: Enquiry) -> QuerySet[Event]:
    return enquiry.events.filter(kind__in=CHANGES).order_by("-at", "-pk")


def was_accepted(enquiry: Enquiry) -> bool:
    """Whether it was accepted since it was last opened again."""
    kinds = changes_of(enquiry).values_list("kind", flat=True)
    since = takewhile(lambda kind: kind != Event.Kind.REOPENED, kinds)
    return Event.Kind.ACCEPTED in since


def steps(enquiry: Enquiry, word: str) -> list[StatusStep]:
    """The way of a referral, with where it stands. A step that may never come is left out."""
    way = [RECEIVED, READ, ACCEPTED, CLOSED]
    if word == ASKED:
        way.insert(2, ASKED)
    if word == CLOSED and not was_accepted(enquiry):
        way.remove(ACCEPTED)
    here = way.index(word)
    places = ["done"] * here + ["now"] + ["later"] * (len(way) - here - 1)
    return [StatusStep(step, place) for step, place in zip(way, places, strict=True)]
