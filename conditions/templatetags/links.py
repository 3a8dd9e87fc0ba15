"""The one way of an address out of a payload into a page."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinic_site.templatetags.clinic_facts import dialled
from conditions.links import is_allowed

register = template.Library()

# As this country writes them: (02) 5550 1234, 02 5550 1234, 0491 570 156 and 1800 022 222, with
# spaces or without. Shorter ones could be a count of something.
TELEPHONE = re.compile(
    r"(?:\(0[2378]\)|\b0[2378]) ?\d{4} ?\d{4}\b|\b04\d\d ?\d{3} ?\d{3}\b|\b1[38]00 \d{3} \d{3}\b"
)


@register.filter
def address(stored: str) -> str:
    """Where a link may lead; empty for what got in past every form."""
    return stored if is_allowed(stored) else ""


@register.filter
def dialling(text: str) -> SafeString:
    """Plain words as markup in which each telephone number dials."""
    parts: list[str] = []
    end = 0
    for found in TELEPHONE.finditer(text):
        parts += [text[end : found.start()]]
        parts += [format_html('<a href="tel:{}">{}</a>', dialled(found[0]), found[0])]
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, text[end:]]))
