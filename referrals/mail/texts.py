"""The text of each mail, written at the moment of sending. By default no health detail."""

import re
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.models import Attachment, Enquiry, Event, Notification
from referrals.references import open_status_token
from referrals.urgency import is_urgent

Kind = Notification.Kind
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def write_letter(notification: Notification) -> EmailMultiAlternatives:
    """The mail for one notification, ready to send, with its lasting Message-ID."""
    clinic = Clinic.with_rooms()
    context = letter_context(notification, clinic)
    template = f"emails/{notification.kind}"
    letter = EmailMultiAlternatives(
        subject=one_line(render_to_string(f"{template}.subject.txt", context)),
        body=tidy(render_to_string(f"{template}.txt", context)),
        from_email=from_address(clinic),
        to=[notification.recipient],
        reply_to=[reply_address(notification, clinic)],
        headers={**HEADERS, "Message-ID": notification.message_id},
    )
    if notification.kind != Kind.STAFF_MAIL:
        letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return letter


def from_address(clinic: Clinic) -> str:
    """An address of the site's own. Mail servers take the rooms' own for a forgery, as it would
    come from outside and say that it comes from inside."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or f"{one_line(clinic.name)} website", address))


def letter_context(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    context = {
        "clinic": clinic,
        "enquiry": notification.enquiry,
        "event": notification.event,
        "site_url": settings.SITE_URL,
        "sent_at": timezone.now(),
        "subject": notification.subject,
        "body": notification.body,
        "tells_all": settings.NOTIFY_DETAIL == "full",
    }
    if notification.enquiry and notification.kind == Kind.NEW_ENQUIRY:
        context |= for_the_rooms(notification, notification.enquiry)
    elif notification.enquiry:
        context["status_link"] = status_link(notification.enquiry)
        context["urgent"] = is_urgent(notification.enquiry)
        context["taken_back"] = taken_back(notification)
    return context


def taken_back(notification: Notification) -> str:
    """Which decision a mail of a reopening takes back: the kind of the last one told; or empty."""
    if notification.event is None or notification.event.kind != Event.Kind.REOPENED:
        return ""
    told = Notification.objects.filter(
        enquiry=notification.enquiry_id,
        event__kind__in=[*Event.DECISIONS, Event.Kind.REOPENED],
        event__lt=notification.event_id,
    ).exclude(state=Notification.State.UNDONE)
    return told.order_by("-pk").values_list("event__kind", flat=True).first() or ""


def for_the_rooms(notification: Notification, enquiry: Enquiry) -> dict[str, Any]:
    files = enquiry.attachments.all()
    original = notification.stands_in_for
    return {
        "file_count": len(files),
        "set_aside": sum(f.state == Attachment.State.QUARANTINED for f in files),
        "details": details(enquiry, settings.NOTIFY_DETAIL),
        "instead_of": original.recipient if original else "",
    }


def details(enquiry: Enquiry, amount: str) -> list[tuple[str, Any]]:
    """Label and value of what NOTIFY_DETAIL lets into the rooms' mail: by default nothing."""
    if amount not in {"initials", "full"}:
        return []
    if enquiry.kind == Enquiry.Kind.MESSAGE:
        if amount == "initials":
            return [("From (initials)", initials(enquiry.sender_name))]
        return [("From", enquiry.sender_name), ("Message", enquiry.message.text)]
    patient = enquiry.referral
    name = f"{patient.patient_given_names} {patient.patient_family_name}".strip()
    if amount == "initials":
        return [("Patient (initials)", initials(name))]
    born = f"{patient.patient_birth_date:%d/%m/%Y}"
    return [("Patient", name), ("Date of birth", born), ("Reason", patient.reason)]


def initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.split())


def status_link(enquiry: Enquiry) -> str:
    """The address of the status page; empty where there is none or it was switched off."""
    token = open_status_token(enquiry.form_key, enquiry.status_token_hash)
    return settings.SITE_URL + reverse("referrals:status", args=[token]) if token else ""


def reply_address(notification: Notification, clinic: Clinic) -> str:
    """The rooms; only a message may be answered straight away, if the clinic lets details out."""
    enquiry = notification.enquiry
    may_answer = (
        notification.kind == Kind.NEW_ENQUIRY
        and enquiry is not None
        and enquiry.kind == Enquiry.Kind.MESSAGE
        and settings.NOTIFY_DETAIL != "minimal"
    )
    sender = enquiry.sender_email if may_answer and enquiry else ""
    return one_line(sender or clinic.email)


def tidy(text: str) -> str:
    """Text without the empty lines that a template leaves where it had nothing to say."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def one_line(text: str) -> str:
    """Text that is safe in a header: no line breaks or other control characters."""
    return "".join(c if c.isprintable() else " " for c in text.strip())
