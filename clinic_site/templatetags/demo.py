"""What a demonstration says of itself on every page; nothing on a real site."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html

from clinic_site.running.demo import PASSWORD
from clinic_site.sign_in.demo_accounts import code_now, names

register = template.Library()
# A strip of the sheet that every page has, below the header and in its colours.
FOR_READERS = '<div class="band"><div class="wrap"><p class="call">{}</p></div></div>'
WORDS = "This is a demonstration: every person is invented, and mail goes nowhere."

NO_ACCOUNTS = "It has no accounts yet: stop it, and start it with “make demo”."


@register.simple_tag
def demo_banner() -> str:
    """For readers: one line."""
    return format_html(FOR_READERS, WORDS) if settings.DEMO else ""


@register.simple_tag(takes_context=True)
def demo_staff_banner(context: Any) -> str:
    """For staff: the same, and on the sign-in pages how to get in."""
    if not settings.DEMO:
        return ""
    request = context.get("request")
    if not (request and request.path.startswith("/admin/account/")):
        return format_html('<p class="enquiry-note">{}</p>', WORDS)
    if not (accounts := names()):
        return format_html('<p class="enquiry-note">{} {}</p>', WORDS, NO_ACCOUNTS)
    return format_html(
        '<div class="enquiry-note"><p>{}</p><p>Names: <strong>{}</strong>. Password of each:'
        " <strong>{}</strong>. Code now: <strong>{}</strong>. It changes twice a minute; load the"
        " page again for the next one.</p></div>",
        WORDS,
        ", ".join(accounts),
        PASSWORD,
        code_now(),
    )
