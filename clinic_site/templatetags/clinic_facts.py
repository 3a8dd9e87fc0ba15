"""How facts about the clinic are written in pages."""

from django import template

register = template.Library()


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a `tel:` link wants it: digits and a leading plus."""
    digits = "".join(c for c in number if c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits
