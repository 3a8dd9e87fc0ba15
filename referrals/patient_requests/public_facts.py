"""What the public page on privacy says of today, from the settings and the code that does it.

A page that is published keeps its words for ever; these must be true at each reading, so they are
drawn below it (`FACTS_OF_PAGES` in the settings) and stand in no publication.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from clinic_site.counting import HOUR
from clinic_site.models import Clinic
from clinic_site.running.session_settings import IDLE, LONGEST
from referrals.files.held_for import HELD_FOR
from referrals.intake.spam import DAY
from referrals.models.patient_requests import DAYS_TO_ANSWER
from referrals.retention.rules import in_force

# How each kind of the rule is called in public, and from when its time is counted.
KINDS_IN_PUBLIC = {
    "message": ("Messages", "after we filed them"),
    "software": ("Referrals that are in our practice software", "after the last contact"),
    "referral": ("Other referrals", "after the last contact, and longer for children"),
    "spam": ("What looks like spam", "after we set it aside"),
}


@dataclass(frozen=True)
class Kept:
    """One kind of things and how long it is kept, in words; no time means without end."""

    what: str
    how_long: str
    since: str


def kept_for() -> list[Kept]:
    """By the rule that the clinic signed; empty while none is signed: then nothing is deleted."""
    signed = in_force()
    if signed is None:
        return []
    return [
        Kept(what, signed.words[kind] if signed.days[kind] is not None else "", since)
        for kind, (what, since) in KINDS_IN_PUBLIC.items()
    ]


def facts() -> dict[str, Any]:
    """Every number that the page says, each from where it counts."""
    return {
        "kept": kept_for(),
        "unsent_hours": HELD_FOR // HOUR,
        "backup_days": settings.BACKUPS_KEPT_DAYS,
        "notify_detail": settings.NOTIFY_DETAIL,
        "idle_minutes": int(IDLE.total_seconds() // 60),
        "longest_hours": LONGEST // HOUR,
        "count_hours": HOUR // HOUR,
        "count_longest_hours": DAY // HOUR,
        "days_to_answer": DAYS_TO_ANSWER,
    }


def privacy_facts(clinic: Clinic) -> str:
    """HTML for the end of the page on privacy."""
    return render_to_string("referrals/privacy_facts.html", {**facts(), "clinic": clinic})
