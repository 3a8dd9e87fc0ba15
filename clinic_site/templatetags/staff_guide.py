"""The way from every staff page to the part of the guide that fits it."""

from typing import Any

from django import template
from django.urls import reverse

from clinic_site.guide.sections import section_for

register = template.Library()


@register.simple_tag(takes_context=True)
def guide_address(context: Any) -> str:
    """Of the section that fits the page which is drawn."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    section = section_for(match.view_name) if match else ""
    return reverse("admin:guide") + (f"#{section}" if section else "")
