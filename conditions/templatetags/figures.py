"""Small readings of a block's payload that a template cannot make itself."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def others_of(block: dict[str, Any]) -> int:
    """The twin of a risk figure: those to whom it did not happen."""
    return block["denominator"] - block["numerator"]


@register.filter
def lines_of(block: dict[str, Any]) -> list[str]:
    """A checklist's items: `block.items` is a method of dictionaries in templates."""
    return block["items"]
