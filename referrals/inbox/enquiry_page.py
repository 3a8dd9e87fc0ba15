"""What the page of one enquiry says: what came in, what happened to it, and who was told."""

from typing import Any, NamedTuple

from django.utils.html import format_html_join

from referrals.files import proving
from referrals.identifiers import dialled, phone_numbers
from referrals.inspecting.findings import for_staff
from referrals.mail import no_mail, outbox
from referrals.models import Attachment, Enquiry, Event, Notification, Referral
from referrals.urgency import RED_FLAGS

RED_FLAG_NAMES = dict(RED_FLAGS)
Row = tuple[str, Any]
SPAM_REASONS = {
    "honeypot": "A field that people cannot see was filled in.",
    "too_fast": "The form was sent within three seconds.",
    "many_links": "It holds many links.",
    "markup": "It holds code for links or pictures.",
    "many_from_address": "Many forms came from one network in an hour.",
    "many_from_contact": "Many forms came with this telephone number or email in an hour.",
}


class FactGroup(NamedTuple):
    heading: str
    rows: list[Row]


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
        ("Email", enquiry.sender_email),
    ]


def referral_sections(enquiry: Enquiry) -> list[FactGroup]:
    r = enquiry.referral
    return [
        FactGroup("How urgent", how_urgent(r)),
        FactGroup("The patient", the_patient(r)),
        FactGroup("The question", the_question(r)),
        FactGroup("The doctor", the_doctor(r)),
    ]


def how_urgent(r: Referral) -> list[Row]:
    warned = "The sender was warned" if r.way_in == Enquiry.WayIn.WEB else "Perhaps a slip"
    return [
        ("Red flags", "\n".join(RED_FLAG_NAMES.get(flag, flag) for flag in r.red_flags)),
        ("Urgency", r.get_urgency_display()),
        ("Why", r.urgency_reason),
        (warned, "\n".join(code_in_words(code) for code in r.warnings)),
    ]


def the_patient(r: Referral) -> list[Row]:
    return [
        ("Name", f"{r.patient_given_names} {r.patient_family_name}".strip()),
        ("Date of birth", r.patient_birth_date),
        ("Telephone", phone_links(r.patient_phone)),
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
    return [
        *sender(r),
        ("Kind of referrer", r.get_referrer_type_display()),
        ("Practice", r.practice_name),
        ("Practice address", r.practice_address),
        ("Provider number", r.provider_number.upper()),
        ("Referral date", r.referral_date),
        ("Valid for", r.get_validity_display()),
        ("Copy to", r.copy_to),
        ("Signed", f"Electronically signed by {r.signed_name}" if r.signed_at else ""),
        ("Signed at", r.signed_at),
    ]


def phone_links(text: str) -> str:
    """Each telephone number of a line as a link that dials it."""
    numbers = phone_numbers(text)
    if not numbers:
        return text
    links = [(dialled(number), number) for number in numbers]
    return format_html_join(" / ", '<a href="tel:{}">{}</a>', links)


def code_in_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def spam_reasons(enquiry: Enquiry) -> list[str]:
    return [SPAM_REASONS.get(code, code_in_words(code)) for code in enquiry.spam_reasons]


def files(enquiry: Enquiry) -> list[dict[str, Any]]:
    """Each file that came with it; what looked suspicious or cannot be opened is marked."""
    attachments = list(enquiry.attachments.select_related("proof", "added_by"))
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
    address = enquiry.sender_email
    return address if address and not no_mail.wanted([address]) else ""


def refused_mail(mails: list[Notification]) -> list[Notification]:
    """Mails to the sender whose address was refused, until somebody has seen to them."""
    return [mail for mail in mails if outbox.was_refused(mail)]


class MailTruth(NamedTuple):
    """How many addresses of the rooms there were, how many got their mail, and who read it."""

    addresses: int
    told: int
    second_told: bool
    opening: Event | None


def mail_truth(enquiry: Enquiry, mails: list[Notification], events: list[Event]) -> MailTruth:
    to_rooms = [mail for mail in mails if mail.kind == Notification.Kind.NEW_ENQUIRY]
    sent = [mail for mail in to_rooms if mail.state == Notification.State.SENT]
    own = [mail for mail in to_rooms if mail.stands_in_for_id is None]
    told = [mail for mail in sent if mail.stands_in_for_id is None]
    opening = next((event for event in events if event.kind == Event.Kind.OPENED), None)
    return MailTruth(len(own), len(told), len(sent) > len(told), opening)
