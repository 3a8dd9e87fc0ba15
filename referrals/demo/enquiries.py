"""What came in at the demonstration: sent, read, decided and filed by the site's own verbs."""

from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from referrals.demo.people import DOCTORS, LETTER, PATIENTS, QUESTIONS, REASONS, TRIED
from referrals.files import uploads
from referrals.intake.submitting import submit
from referrals.mail.delivery import deliver_one
from referrals.models import Attachment, Enquiry, Message, Referral
from referrals.workflow import verbs

ASK = "Which side is it, and is there a scan of the last year?"
ADVICE = "Please try a belt and 12 weeks of exercises first, and write to us again after that."
NEVER_OPENED: list[str] = []


class Story(NamedTuple):
    """What happened to one enquiry: how long ago it came, and the verbs that followed."""

    kind: str
    hours_ago: int
    steps: list[str]
    urgency: str = "routine"
    red_flags: tuple[str, ...] = ("none",)
    has_letter: bool = False
    suspicions: tuple[str, ...] = ()


READ, ASKED = ["open_"], ["open_", "ask"]
ACCEPTED, RETURNED = ["open_", "accept"], ["open_", "return_"]
BOOKED, IN_SOFTWARE = ["open_", "accept", "booked"], ["open_", "accept", "in_software"]
ANSWERED, DUPLICATE = ["open_", "answered"], ["open_", "duplicate"]

STORIES = [
    Story("referral", 1, NEVER_OPENED, "urgent", ("leg_weakness",)),
    Story("referral", 2, NEVER_OPENED, has_letter=True),
    Story("referral", 3, NEVER_OPENED, "soon", has_letter=True),
    Story("message", 4, NEVER_OPENED),
    Story("referral", 20, NEVER_OPENED),
    Story("message", 22, NEVER_OPENED),
    Story("message", 23, NEVER_OPENED, suspicions=("honeypot", "many_links")),
    Story("referral", 26, READ, has_letter=True),
    Story("referral", 28, READ, "soon"),
    Story("message", 30, READ),
    Story("referral", 49, READ, "urgent", has_letter=True),
    Story("referral", 52, ASKED, has_letter=True),
    Story("referral", 75, ASKED),
    Story("referral", 76, ACCEPTED, "soon", has_letter=True),
    Story("referral", 98, ACCEPTED, has_letter=True),
    Story("referral", 120, ACCEPTED),
    Story("message", 122, ANSWERED),
    Story("referral", 144, RETURNED),
    Story("referral", 170, BOOKED, has_letter=True),
    Story("referral", 190, [*ACCEPTED, "not_reached"], "soon"),
    Story("message", 200, ANSWERED),
    Story("referral", 215, IN_SOFTWARE, has_letter=True),
    Story("message", 240, ["open_", "mark_spam"]),
    Story("referral", 260, [*RETURNED, "not_taken"]),
    Story("referral", 310, BOOKED, "urgent", ("cancer",), has_letter=True),
    Story("referral", 350, DUPLICATE),
    Story("referral", 420, [*BOOKED, "reopen"], has_letter=True),
    Story("referral", 500, ["open_", "elsewhere"]),
    Story("referral", 640, ["open_", "withdrawn"]),
    Story("message", 700, ANSWERED),
]


def make_enquiries(*, by: User, at: datetime | None = None) -> list[Enquiry]:
    """All of them, oldest first, each with its mails written and its way behind it."""
    now = at or timezone.now()
    oldest_first = sorted(enumerate(STORIES), key=lambda pair: -pair[1].hours_ago)
    return [live_through(story, number, by=by, now=now) for number, story in oldest_first]


def live_through(story: Story, number: int, *, by: User, now: datetime) -> Enquiry:
    moment = now - timedelta(hours=story.hours_ago)
    enquiry = arrive(story, number, at=moment)
    deliver_all(at=moment)
    for step in story.steps:
        moment = min(moment + timedelta(minutes=50), now)
        take(step, enquiry, by=by, at=moment)
        deliver_all(at=min(moment + timedelta(minutes=2), now))
    return enquiry


def arrive(story: Story, number: int, *, at: datetime) -> Enquiry:
    key = token_hex(16)
    if story.kind == "message":
        return submit(enquiry=message(number), form_key=key, suspicions=story.suspicions, at=at)
    referred = referral(story, number, at=at)
    letters = [hold_letter(referred, key, at=at)] if story.has_letter else []
    return submit(enquiry=referred, form_key=key, attachments=letters, at=at)


def message(number: int) -> Message:
    patient, (topic, text) = PATIENTS[number % len(PATIENTS)], QUESTIONS[number % len(QUESTIONS)]
    return Message(
        kind=Enquiry.Kind.MESSAGE,
        sender_name=f"{patient.given} {patient.family}",
        sender_phone=patient.phone,
        sender_email=f"{patient.given.lower()}@home.example",
        topic=topic,
        text=text,
    )


def referral(story: Story, number: int, *, at: datetime) -> Referral:
    patient, doctor = PATIENTS[number % len(PATIENTS)], DOCTORS[number % len(DOCTORS)]
    return Referral(  # type: ignore[misc]  # a sealed date is known as text
        kind=Enquiry.Kind.REFERRAL,
        mode=Referral.Mode.QUICK if story.has_letter else Referral.Mode.FULL,
        referrer_type=Referral.ReferrerType.GP,
        validity=Referral.Validity.TWELVE_MONTHS,
        urgency=story.urgency,
        urgency_reason=""
        if story.urgency == "routine"
        else "The pain keeps the patient from work.",
        red_flags=list(story.red_flags),
        patient_given_names=patient.given,
        patient_family_name=patient.family,
        patient_birth_date=patient.birth_date,
        patient_phone=patient.phone,
        reason=REASONS[number % len(REASONS)],
        treatments_tried=TRIED[number % len(TRIED)],
        sender_name=doctor.name,
        sender_phone=doctor.phone,
        sender_email=doctor.email,
        practice_name=doctor.practice,
        provider_number=doctor.provider_number,
        signed_name=doctor.name,
        signed_at=at,
    )


def hold_letter(enquiry: Referral, key: str, *, at: datetime) -> Attachment:
    words = LETTER % {
        "patient": f"{enquiry.patient_given_names} {enquiry.patient_family_name}",
        "born": f"{enquiry.patient_birth_date:%d/%m/%Y}",
        "reason": enquiry.reason,
        "tried": enquiry.treatments_tried,
        "doctor": enquiry.sender_name,
        "practice": enquiry.practice_name,
    }
    data = words.encode("cp1252")
    return uploads.hold(name="Sample letter.rtf", data=data, form_key=key, position=1, at=at)


def take(step: str, enquiry: Enquiry, *, by: User, at: datetime) -> None:
    """One verb; the word for an outcome files it."""
    words = {"ask": ASK, "return_": ADVICE}.get(step)
    if step in Enquiry.Outcome:
        verbs.file(enquiry=enquiry, outcome=step, by=by, at=at)
    elif words:
        getattr(verbs, step)(enquiry=enquiry, by=by, at=at, note=words)
    else:
        getattr(verbs, step)(enquiry=enquiry, by=by, at=at)


def deliver_all(*, at: datetime) -> None:
    """Write the mails of this moment, so that none of them looks overdue."""
    while deliver_one(at=at):
        pass
