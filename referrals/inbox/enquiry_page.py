"""What the page of one enquiry says: what came in, what happened to it, and who was told."""

from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from clinic_site.templatetags.clock import day_and_clock
from referrals.files import proving
from referrals.hands.people import colleagues, holder_in_words, name_of, nobodys
from referrals.identifiers import dialled, phone_numbers
from referrals.inbox.clocks import (
    Clocks,
    Left,
    clock_of_status,
    next_first,
    the_clocks,
    time_left,
    to_book,
)
from referrals.inbox.marks import Mark, marks_of_page
from referrals.inspecting.findings import for_staff
from referrals.mail import outbox
from referrals.models import Attachment, Ending, Enquiry, Event, Notification, Referral
from referrals.states.keeping import is_not_called_spam
from referrals.urgency import FLAG_NAMES, letter_flags_in_words
from referrals.workflow.news import hears_by_mail

Row = tuple[str, Any]
SPAM_REASONS = {
    "honeypot": "A field that people cannot see was filled in.",
    "too_fast": "The form was sent within three seconds.",
    "many_links": "It holds many links.",
    "markup": "It holds code for links or pictures.",
    "many_from_address": "Many forms came from one network in an hour.",
    "many_from_contact": "Many forms came with this telephone number or email in an hour.",
}


TOLD_OF_NEXT = [
    *("reference", "kind", "status", "urgency", "received_at"),
    *("is_red_flagged", "first_rang_at", "accepted_at", "needs_look"),
]


class FactGroup(NamedTuple):
    heading: str
    rows: list[Row]


class Head(NamedTuple):
    """Who it is about, in a few words; its red flags; until when; and which one comes after it."""

    name: str
    red_flags: str
    letter_flags: list[tuple[str, str]]
    facts: list[Row]
    left: Left | None
    marks: list[Mark]
    next_one: Enquiry | None
    next_left: Left | None


def whole() -> QuerySet[Enquiry]:
    """Enquiries with all that their own page needs of their row, in one query."""
    pk = OuterRef("pk")
    versions = Enquiry.objects.order_by().filter(Q(resend_of=pk) | Q(joined_to=pk))
    rows = Enquiry.objects.select_related("assigned_to", "for_clinician", "referral", "message")
    return rows.annotate(has_versions=Exists(versions))


def read_once(enquiry: Enquiry) -> tuple[list[Event], list[Notification]]:
    """Its timeline and its mails; with its files they are kept on the row, so that nothing of them
    is asked twice while the page is made."""
    events = list(enquiry.events.select_related("by", "answer", "ending"))
    mails = list(enquiry.notifications.order_by("created_at", "pk"))
    enquiry.takes_mail = hears_by_mail(enquiry)
    enquiry.lines_read, enquiry.mails_read = events, mails
    enquiry.files_read = list(files_of(enquiry))
    return events, mails


def head(
    enquiry: Enquiry,
    *,
    reader: User,
    people: list[User] | None = None,
    at: datetime | None = None,
) -> Head:
    """`people` are the colleagues, where the caller has asked."""
    of = the_clocks(now=at)
    names = {user.pk: name_of(user) for user in (colleagues() if people is None else people)}
    who_can = list(names)
    later = next_one(enquiry, reader=reader, of=of, who_can=who_can)
    is_message = enquiry.kind == Enquiry.Kind.MESSAGE
    facts = message_facts(enquiry) if is_message else patient_facts(enquiry, of.today)
    return Head(
        name=enquiry.sender_name if is_message else patient_name(enquiry.referral),
        red_flags="" if is_message else red_flags_in_words(enquiry.referral),
        letter_flags=[] if is_message else flags_of_letter(enquiry.referral),
        facts=[fact for fact in [*facts, *rooms_facts(enquiry, who_can)] if fact[1]],
        left=time_left(enquiry, of),
        marks=marks_of_page(enquiry, of, names),
        next_one=later,
        next_left=time_left(later, of) if later else None,
    )


def next_to_do(enquiry: Enquiry, *, reader: User, at: datetime | None = None) -> Enquiry | None:
    who_can = [user.pk for user in colleagues()]
    return next_one(enquiry, reader=reader, of=the_clocks(now=at), who_can=who_can)


def next_one(enquiry: Enquiry, *, reader: User, of: Clocks, who_can: list[int]) -> Enquiry | None:
    """The first of the inbox that waits for the rooms and that no colleague has in hand."""
    rows = Enquiry.objects.order_by()
    decide = rows.filter(status__in=list(clock_of_status())).values("pk")  # by their index alone
    waiting = decide.union(rows.filter(to_book(of)).values("pk"))
    free = rows.filter(nobodys(who_can) | Q(assigned_to=reader.pk), pk__in=waiting)
    told = free.exclude(pk=enquiry.pk).only(*TOLD_OF_NEXT)
    return told.order_by(*next_first(of)).first()


def patient_name(r: Referral) -> str:
    return f"{r.patient_given_names} {r.patient_family_name}".strip()


def red_flags_in_words(r: Referral) -> str:
    """`leg weakness that is getting worse; major accident …`, within a line."""
    names = [FLAG_NAMES.get(flag, flag) for flag in r.red_flags if flag != "none"]
    return "; ".join(name[:1].lower() + name[1:] for name in names)


def flags_of_letter(r: Referral) -> list[tuple[str, str]]:
    """Each red flag that stands in the letter, and its words there; what was ticked is another."""
    return letter_flags_in_words(r.letter_flags or [])


def quoted(r: Referral) -> list[str]:
    return [f"“{words}” ({flag})" for flag, words in flags_of_letter(r)]


def message_facts(enquiry: Enquiry) -> list[Row]:
    return [
        ("Telephone", phone_links(enquiry.sender_phone)),
        ("Email", mail_link(enquiry)),
        ("About", enquiry.message.get_topic_display()),
    ]


def patient_facts(enquiry: Enquiry, today: date) -> list[Row]:
    r = enquiry.referral
    born: Any = r.patient_birth_date
    return [
        ("Born", f"{born.day} {born:%b %Y}, {age(born, today)} years"),
        ("Telephone", phone_links(r.patient_phone)),
        ("Medicare", f"{r.medicare_number} {r.medicare_irn}".strip()),
        ("Interpreter", r.interpreter),
        ("From", referrer(enquiry)),
        *(visits(enquiry)[-1:] if enquiry.outcome == Enquiry.Outcome.BOOKED else []),
    ]


def age(born: date, today: date) -> int:
    """In whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def referrer(enquiry: Enquiry) -> str:
    """Who refers, and how to reach them, in one line."""
    phone, mail = phone_links(enquiry.sender_phone), mail_link(enquiry)
    parts = [enquiry.sender_name, enquiry.referral.practice_name, phone, mail]
    return format_html_join(", ", "{}", [(part,) for part in parts if part])


def rooms_facts(enquiry: Enquiry, who_can: list[int]) -> list[Row]:
    """What the rooms call it, whom it is for and who has it."""
    doctor = enquiry.for_clinician
    keeper = holder_in_words(enquiry, who_can)
    return [
        ("For", doctor.name if doctor else ""),
        ("Who has it", keeper or "Nobody yet"),
        ("Reference", enquiry.reference),
    ]


def called(person: User) -> str:
    """A colleague by name; one without a name by what they sign in with."""
    return person.get_full_name().strip() or person.get_username()


def mail_link(enquiry: Enquiry) -> str:
    """Opens the colleague’s own mail program, with nothing of the patient in it."""
    if not enquiry.sender_email:
        return ""
    address, subject = quote(enquiry.sender_email, safe="@"), quote(enquiry.reference)
    link = '<a href="mailto:{}?subject={}">{}</a>'
    return format_html(link, address, subject, enquiry.sender_email)


def sections(enquiry: Enquiry) -> list[FactGroup]:
    """What was sent, in the order staff read it; empty answers are left out."""
    if enquiry.kind == Enquiry.Kind.MESSAGE:
        message = enquiry.message
        found = [
            FactGroup("The message", [("About", message.get_topic_display()), ("", message.text)]),
            FactGroup("From", sender(enquiry)),
        ]
    else:
        found = referral_sections(enquiry)
    filled = [(s.heading, [row for row in s.rows if row[1]]) for s in found]
    return [FactGroup(heading, rows) for heading, rows in filled if rows]


def sender(enquiry: Enquiry) -> list[Row]:
    return [
        ("Name", enquiry.sender_name),
        ("Telephone", phone_links(enquiry.sender_phone)),
        ("Email", mail_link(enquiry)),
    ]


def referral_sections(enquiry: Enquiry) -> list[FactGroup]:
    r: Referral = enquiry.referral
    return [
        FactGroup("How urgent", how_urgent(r)),
        FactGroup("The patient", the_patient(r)),
        FactGroup("The question", the_question(r)),
        FactGroup("The doctor", the_doctor(r)),
        FactGroup("The visit", visits(enquiry)),
    ]


WARNED = {"patient_phone": "The patient’s telephone has a digit too few or too many"}
OF_THERAPIST = "A report on a patient whom a doctor referred. It is no referral itself."


def how_urgent(r: Referral) -> list[Row]:
    warned = "The sender was warned" if r.way_in == Enquiry.WayIn.WEB else "Perhaps a slip"
    return [
        ("Red flags", "\n".join(FLAG_NAMES.get(flag, flag) for flag in r.red_flags)),
        (
            "Stands in the letter",
            "\n".join(f"“{words}” ({flag})" for flag, words in flags_of_letter(r)),
        ),
        ("Urgency", r.get_urgency_display()),
        ("Why", r.urgency_reason),
        ("What it is", OF_THERAPIST if r.is_report else ""),
        (
            warned,
            "\n".join(WARNED.get(c, code_in_words(c)) for c in r.warnings if c != Referral.REPORT),
        ),
    ]


def the_patient(r: Referral) -> list[Row]:
    return [
        ("Name", patient_name(r)),
        ("Date of birth", r.patient_birth_date),
        ("Sex at birth", r.sex_at_birth or ""),
        ("Telephone", phone_links(r.patient_phone)),
        ("Email", r.patient_email or ""),
        ("Agrees to mail from us", "Yes, the doctor says" if r.patient_agrees_mail else ""),
        ("Address", r.patient_address),
        ("Medicare number", f"{r.medicare_number} {r.medicare_irn}".strip()),
        ("DVA number", r.dva_number),
        ("Interpreter", r.interpreter),
    ]


def the_question(r: Referral) -> list[Row]:
    return [
        ("Came", r.get_way_in_display() if r.way_in != Enquiry.WayIn.WEB else ""),
        ("Sent as", r.get_mode_display() if r.way_in == Enquiry.WayIn.WEB else ""),
        ("Reason and question", r.reason),
        ("History", r.history),
        ("Tried so far", r.treatments_tried),
        ("Imaging", r.imaging),
        ("Medicines", r.medicines),
        ("Allergies", r.allergies),
    ]


def the_doctor(r: Referral) -> list[Row]:
    no_date = "" if r.way_in == Enquiry.WayIn.WEB else "Not given"
    return [
        *sender(r),
        ("Kind of referrer", r.get_referrer_type_display()),
        ("Practice", r.practice_name),
        ("Practice address", r.practice_address),
        ("Provider number", r.provider_number.upper()),
        ("Referral date", r.referral_date or no_date),
        ("Valid for", r.get_validity_display()),
        ("Copy to", r.copy_to),
        ("Signed", f"Electronically signed by {r.signed_name}" if r.signed_at else ""),
        ("Signed at", r.signed_at and day_and_clock(timezone.localtime(r.signed_at), "j M Y")),
    ]


def visits(enquiry: Enquiry) -> list[Row]:
    """Each day given where it was filed as booked; after a reopening the last one counts."""
    if enquiry.lines_read is None:
        endings = list(Ending.objects.filter(event__enquiry=enquiry.pk).order_by("pk"))
    else:
        found = [line.ending for line in enquiry.lines_read if hasattr(line, "ending")]
        endings = sorted(found, key=lambda one: one.pk)
    return [("Booked for", one.booked_on) for one in endings if one.booked_on]


def phone_links(text: str) -> str:
    """Each telephone number of a line as a link that dials it."""
    numbers = phone_numbers(text)
    if not numbers:
        return text
    links = [(dialled(number), number) for number in numbers]
    return format_html_join(" / ", '<a href="tel:{}">{}</a>', links)


def code_in_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def status_words(enquiry: Enquiry) -> str:
    """Its state; what somebody called spam is no suspect any more."""
    return str(enquiry.get_status_display()) if is_not_called_spam(enquiry) else "Spam"


def spam_reasons(enquiry: Enquiry) -> list[str]:
    return [SPAM_REASONS.get(code, code_in_words(code)) for code in enquiry.spam_reasons]


def files(enquiry: Enquiry) -> list[dict[str, Any]]:
    """Each file that came with it; what looked suspicious or cannot be opened is marked."""
    read = enquiry.files_read
    attachments: list[Attachment] = list(files_of(enquiry)) if read is None else read
    lost = proving.lost_among(attachments)
    return [
        {
            "file": attachment,
            "is_copy": attachment.state == Attachment.State.COPY,
            "is_set_aside": attachment.state == Attachment.State.QUARANTINED,
            "is_waiting": attachment.state == Attachment.State.WAITING,
            "why": for_staff(attachment.suspicions),
            "lost": lost.get(attachment.pk),
        }
        for attachment in attachments
    ]


def files_of(enquiry: Enquiry) -> QuerySet[Attachment]:
    return enquiry.attachments.select_related("proof", "added_by", "drawn")


CORRECTIONS = {Event.Kind.CORRECTION_ASKED, Event.Kind.CORRECTED, Event.Kind.NOT_CORRECTED}


def corrections(events: list[Event]) -> list[Event]:
    """What the patient wants corrected, and what became of it, oldest first. What was sent stays
    as it is: this stands beside it."""
    found = [event for event in events if event.kind in CORRECTIONS]
    answered = bool(found) and found[-1].kind != Event.Kind.CORRECTION_ASKED
    return [
        event for event in found if not (answered and event.kind == Event.Kind.CORRECTION_ASKED)
    ]


def no_mail_to(enquiry: Enquiry) -> str:
    """The sender's address, where its owner asked us to send no mail; else empty."""
    return "" if hears_by_mail(enquiry) else enquiry.sender_email


def undelivered(mails: list[Notification]) -> list[Notification]:
    """What a person may try again now. News that can still be undone waits on purpose."""
    now = timezone.now()
    tried = [mail for mail in mails if mail.state in outbox.MAY_BE_RETRIED]
    return [mail for mail in tried if not outbox.waits_to_be_undone(mail, at=now)]


def refused_mail(mails: list[Notification]) -> list[Notification]:
    """Mails to the sender whose address was refused, until somebody has seen to them. Those to the
    patient stand beside the calls."""
    to_sender = [mail for mail in mails if mail.kind != Notification.Kind.PATIENT]
    return [mail for mail in to_sender if outbox.was_refused(mail)]


class MailTruth(NamedTuple):
    """How many addresses of the rooms there were, how many got their mail, and who read it."""

    addresses: int
    told: int
    second_told: bool
    opening: Event | None


def mail_truth(enquiry: Enquiry, mails: list[Notification], events: list[Event]) -> MailTruth:
    to_rooms = [mail for mail in mails if mail.kind == Notification.Kind.NEW_ENQUIRY]
    sent = [mail for mail in to_rooms if mail.state == Notification.State.SENT]
    stand = [mail for mail in to_rooms if mail.state != Notification.State.UNDONE]
    own = [mail for mail in stand if mail.stands_in_for_id is None]
    told = [mail for mail in sent if mail.stands_in_for_id is None]
    opening = next((event for event in events if event.kind == Event.Kind.OPENED), None)
    return MailTruth(len(own), len(told), len(sent) > len(told), opening)
