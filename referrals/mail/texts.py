"""The text of each mail, written at the moment of sending."""

import re
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.mail import contexts
from referrals.mail.kinds import KINDS, Detail, GoesTo, MailKind, template_of
from referrals.models import Enquiry, Notification

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def write_letter(notification: Notification) -> EmailMultiAlternatives:
    """The mail for one notification, ready to send, with its lasting Message-ID."""
    clinic = Clinic.with_rooms()
    row = KINDS[notification.kind]
    template, context = template_of(notification.kind), letter_context(notification, row, clinic)

    def part(name: str) -> str:
        return render_to_string(template, {**context, "part": name})

    letter = EmailMultiAlternatives(
        subject=one_line(part("subject")),
        body=tidy(part("text")),
        from_email=from_address(clinic, row),
        to=[notification.recipient],
        reply_to=[reply_address(notification, row, clinic)],
        headers={**HEADERS, "Message-ID": notification.message_id},
    )
    if row.has_html:
        letter.attach_alternative(part("html"), "text/html")
    return letter


def from_address(clinic: Clinic, row: MailKind) -> str:
    """An address of the site's own. Mail servers take the rooms' own for a forgery, as it would
    come from outside and say that it comes from inside. To a patient it does not say in a list of
    mails what the clinic is for."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if row.goes_to is GoesTo.PATIENT:
        name = one_line(clinic.tagline)
    return formataddr((name or f"{one_line(clinic.name)} website", address))


def letter_context(notification: Notification, row: MailKind, clinic: Clinic) -> dict[str, Any]:
    lets_out = settings.NOTIFY_DETAIL if row.detail is Detail.BY_SETTING else "minimal"
    return {
        "clinic": clinic,
        "enquiry": notification.enquiry,
        "site_url": settings.SITE_URL,
        "sent_at": timezone.now(),
        "tells_all": lets_out == "full",
        "details": contexts.details(notification.enquiry, lets_out),
        **row.context(notification, clinic),
    }


def names_somebody(notification: Notification) -> bool:
    """Whether the mail repeats something of a patient or a sender: only where the clinic lets
    details out (NOTIFY_DETAIL), and there of what its template shows."""
    row, enquiry, event = KINDS[notification.kind], notification.enquiry, notification.event
    if enquiry is None or row.detail is Detail.NONE:
        return False
    if row.goes_to is GoesTo.ROOMS:
        return bool(contexts.details(enquiry, settings.NOTIFY_DETAIL))
    return bool(event and contexts.words_of_rooms(event, contexts.answer_told_of(event)))


def reply_address(notification: Notification, row: MailKind, clinic: Clinic) -> str:
    """The rooms; only a message may be answered straight away, if the clinic lets details out."""
    enquiry = notification.enquiry
    may_answer = (
        row.may_be_answered
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
