"""Texts that recur, put into the field of a step for staff to change before they press."""

from django.conf import settings

from clinic_site.models import Clinic
from referrals.models import Enquiry, ReplyTemplate


def filled(template: ReplyTemplate, enquiry: Enquiry) -> str:
    """The text with what it leaves open. Nothing of a patient comes into it."""
    known = {
        "{reference}": enquiry.reference,
        "{telephone}": Clinic.current().telephone,
        "{site}": settings.SITE_URL,
    }
    text = template.text.replace("\r\n", "\n")
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def added(written: str, text: str) -> str:
    """What was written so far stays, above."""
    return "\n\n".join(part for part in (written.strip(), text) if part)
