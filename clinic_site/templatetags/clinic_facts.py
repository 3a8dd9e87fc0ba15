"""Facts about the clinic that must be current, asked for once per page."""

from django import template

from clinic_site.models import Clinic

register = template.Library()


@register.simple_tag
def current_clinic() -> Clinic:
    return Clinic.current()


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a `tel:` link wants it: digits and a leading plus."""
    digits = "".join(c for c in number if c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits
