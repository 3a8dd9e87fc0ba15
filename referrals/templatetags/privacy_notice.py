"""What stands beside the public forms about privacy, as the settings make it true."""

from django import template
from django.conf import settings

from referrals.models.patient_requests import DAYS_TO_ANSWER

register = template.Library()
TOLD_IN_MAILS = {
    "initials": "The email that tells them of it holds initials only.",
    "full": "The email that tells them of it holds the name, the date of birth and what you write.",
}
NOTHING_TOLD = "The email that tells them of it holds no patient details."


@register.simple_tag
def what_mails_tell() -> str:
    return TOLD_IN_MAILS.get(settings.NOTIFY_DETAIL, NOTHING_TOLD)


@register.simple_tag
def days_to_answer() -> int:
    return DAYS_TO_ANSWER
