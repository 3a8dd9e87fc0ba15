"""How facts about the clinic are written in pages."""

from django import template
from django.utils.safestring import SafeString

from clinic_site.style_sheets import IN_THE_PAGE, sheet

register = template.Library()


@register.simple_tag
def style_sheet(name: str) -> SafeString:
    """One of our own sheets as part of the page; `clinic_site.style_sheets` says why."""
    if name not in IN_THE_PAGE:
        raise template.TemplateSyntaxError(f"{name} is not let through by the content policy")
    return SafeString(f"<style>{sheet(name)}</style>")


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a `tel:` link wants it: digits and a leading plus."""
    digits = "".join(c for c in number if c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits
