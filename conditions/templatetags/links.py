"""The one way of an address out of a payload into a page."""

from django import template

from conditions.links import is_allowed

register = template.Library()


@register.filter
def address(stored: str) -> str:
    """Where a link may lead; empty for what got in past every form."""
    return stored if is_allowed(stored) else ""
