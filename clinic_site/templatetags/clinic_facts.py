"""How facts about the clinic are written in pages."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from clinic_site.hours.ringing import (
    QUESTIONS,
    Need,
    NextStep,
    and_the_emergency_number,
    at_any_time,
)
from clinic_site.hours.ringing import whom_to_ring as steps_now
from clinic_site.web.style_sheets import IN_THE_PAGE, sheet

register = template.Library()


@register.simple_tag
def style_sheet(name: str) -> SafeString:
    """One of our own sheets as part of the page; `clinic_site.web.style_sheets` says why."""
    if name not in IN_THE_PAGE:
        raise template.TemplateSyntaxError(f"{name} is not let through by the content policy")
    return SafeString(f"<style>{sheet(name)}</style>")


@register.simple_tag(takes_context=True)
def whom_to_ring(context: Any, need: str) -> list[NextStep]:
    """What to do now for one who needs the rooms: `emergency`, `urgent` or `question`."""
    clinic = context.get("clinic")
    # With the database away at the first request, not even the number is known.
    is_known = clinic and (clinic.telephone or need not in QUESTIONS)
    return steps_now(clinic, at=timezone.now(), need=Need(need)) if is_known else []


@register.simple_tag(takes_context=True)
def whom_to_ring_at_any_time(context: Any, need: str) -> list[NextStep]:
    """The same for what is read later: mail, PDF, paper."""
    clinic = context.get("clinic")
    return at_any_time(clinic, at=timezone.now(), need=Need(need)) if clinic else []


@register.inclusion_tag("components/ring.html", takes_context=True)
def ring(context: Any, need: str) -> dict[str, list[NextStep]]:
    """Both: on a screen what to do now, on paper what holds at any time."""
    steps = whom_to_ring(context, need)
    return {"steps": steps, "later": whom_to_ring_at_any_time(context, need) if steps else []}


@register.inclusion_tag("components/ring.html", takes_context=True)
def ring_or_emergency(context: Any) -> dict[str, list[NextStep]]:
    """The same for a page that nobody chose to read: it names the emergency number at any hour."""
    found = ring(context, Need.QUESTION)
    return {**found, "steps": and_the_emergency_number(context["clinic"], found["steps"])}


@register.simple_tag
def address_on_paper(name: str) -> str:
    """The whole address of a page, to be typed: a link leads nowhere from paper."""
    return settings.SITE_URL + reverse(name)


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a `tel:` link wants it: digits and a leading plus."""
    digits = "".join(c for c in number if c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits


@register.filter
def addresses(lines: str) -> list[tuple[str, str]]:
    """Name and address of each line: `HealthLink: myrooms`. A line without a name is an address."""
    parted = [line.strip().partition(": ") for line in lines.splitlines() if line.strip()]
    return [(name, address.strip()) if address else ("", name) for name, _, address in parted]
