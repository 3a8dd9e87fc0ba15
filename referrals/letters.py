"""The text of each mail, written at the moment of sending. By default no health detail."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.models import Notification


def write_letter(notification: Notification) -> EmailMultiAlternatives:
    """The mail for one notification, ready to send, with its lasting Message-ID."""
    clinic = Clinic.current()
    context = {
        "clinic": clinic,
        "enquiry": notification.enquiry,
        "site_url": settings.SITE_URL,
        "sent_at": timezone.now(),
        "subject": notification.subject,
        "body": notification.body,
    }
    template = f"emails/{notification.kind}"
    letter = EmailMultiAlternatives(
        subject=one_line(render_to_string(f"{template}.subject.txt", context)),
        body=render_to_string(f"{template}.txt", context),
        from_email=formataddr((one_line(clinic.name), clinic.email)),
        to=[notification.recipient],
        headers={"Message-ID": notification.message_id, "Auto-Submitted": "auto-generated"},
    )
    if notification.kind != Notification.Kind.STAFF_MAIL:
        letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return letter


def one_line(text: str) -> str:
    """Text that is safe in a header: no line breaks or other control characters."""
    return "".join(c if c.isprintable() else " " for c in text.strip())
