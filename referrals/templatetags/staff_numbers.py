"""Looks up a count by a value that a template has."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(counts: Mapping[str, Any], value: str) -> Any:
    return counts.get(value, 0)
