"""What a patient hears who agreed to mail: plain words, nothing clinical, nobody's name.

`{telephone}` is the number of the rooms, `{on}` the day of the visit (see `outcomes`).
"""

from dataclasses import dataclass

from referrals.models import Enquiry
from referrals.models.choices import EventKind as Kind
from referrals.states.shapes import Row

Outcome = Enquiry.Outcome


@dataclass(frozen=True, kw_only=True)
class PatientNews(Row):
    """One piece of news for the patient. `brings`: with the page on what to bring."""

    what, named_by, table = "news for the patient", "subject", "referrals/states/patient_words.py"

    subject: str
    heading: str
    words: str
    brings: bool = False


ARRIVED = PatientNews(
    subject="Your referral has arrived",
    heading="Your referral has arrived",
    words="Your doctor has sent us your referral. We read it within one working day. Then we ring"
    " you, or we answer your doctor.",
)
ASK_YOUR_DOCTOR = PatientNews(
    subject="Please ask your doctor about your referral",
    heading="Please ask your doctor",
    words="We have read your referral. We have not booked a visit for you. We tell your doctor why:"
    " please ask them what comes next.",
)
ON_EVENT: dict[str, PatientNews] = {
    Kind.RECEIVED: ARRIVED,
    Kind.NOT_SPAM: ARRIVED,
    Kind.ACCEPTED: PatientNews(
        subject="We will ring you",
        heading="We will ring you",
        words="We have read your referral, and we can see you. We ring you to find a day. Has your"
        " telephone number changed? Then ring us on {telephone}.",
    ),
    Kind.RETURNED: ASK_YOUR_DOCTOR,
    Kind.NOT_REACHED: PatientNews(
        subject="We could not reach you",
        heading="We could not reach you",
        words="We rang you to find a day for your visit, and could not reach you. Please ring us on"
        " {telephone}.",
    ),
    Kind.REOPENED: PatientNews(
        subject="We look at your referral again",
        heading="We look at your referral again",
        words="What we last wrote to you about your referral no longer stands. If we gave you a"
        " day for a visit, do not count on it. You hear from us. Questions? Ring {telephone}.",
    ),
}
ON_OUTCOME: dict[str, PatientNews] = {
    Outcome.BOOKED: PatientNews(
        subject="Your visit is booked",
        heading="Your visit is booked",
        words="We have booked a visit for you{on}. Does that not suit you? Ring {telephone}.",
        brings=True,
    ),
    Outcome.NOT_TAKEN: ASK_YOUR_DOCTOR,
    Outcome.NOT_REACHED: PatientNews(
        subject="We could not reach you",
        heading="We could not reach you",
        words="We rang you and could not reach you, so no visit is booked. Would you still like to"
        " come? Ring us on {telephone}.",
    ),
    Outcome.WITHDRAWN: PatientNews(
        subject="Your referral has ended",
        heading="Your referral has ended",
        words="Your referral was withdrawn, so no visit is booked. If that is wrong, ring"
        " {telephone} or ask your doctor.",
    ),
    Outcome.ELSEWHERE: PatientNews(
        subject="Your referral has ended",
        heading="Your referral has ended",
        words="We heard that you are seen somewhere else, so no visit is booked here. If that is"
        " wrong, ring {telephone} or ask your doctor.",
    ),
}


def patient_news(kind: str, outcome: str = "") -> PatientNews | None:
    """What the patient hears of an event; None where she hears nothing."""
    return ON_OUTCOME.get(outcome) if kind == Kind.FILED else ON_EVENT.get(kind)
