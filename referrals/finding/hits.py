"""What a hit shows: enough to be sure that it is the caller, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import ExpressionWrapper, F, TextField

from clinic_site.sealing.tokens import unseal
from referrals.finding.looking import open_statuses
from referrals.models import Enquiry

LOST = "Sealed with a key that is missing"
FACTS = [
    *("patient_family_name", "patient_given_names", "patient_birth_date"),
    *("patient_phone", "practice_name"),
]


@dataclass(frozen=True)
class Hit:
    """One line. `birth_date` in words; of a message the telephone is its sender's."""

    reference: str
    address: str
    kind: str
    who: str
    birth_date: str
    phone: str
    sender: str
    state: str
    is_open: bool  # somebody still has something to do
    received_at: datetime


def hits_of(keys: Iterable[int]) -> list[Hit]:
    """In the order of the keys; one query, however many."""
    wanted = list(keys)
    sealed = {
        name: ExpressionWrapper(F(f"referral__{name}"), output_field=TextField()) for name in FACTS
    }
    sealed |= {
        f"raw_{name}": ExpressionWrapper(F(name), output_field=TextField())
        for name in ("sender_name", "sender_phone")
    }
    rows = Enquiry.objects.filter(pk__in=wanted).defer(
        "sender_name", "sender_email", "sender_phone"
    )
    found = {row.pk: hit_of(row) for row in rows.annotate(**sealed)}
    return [found[key] for key in wanted if key in found]


def hit_of(row: Any) -> Hit:
    is_referral = row.kind == Enquiry.Kind.REFERRAL
    sender, practice = opened(row.raw_sender_name), opened(row.practice_name)
    family, given = opened(row.patient_family_name), opened(row.patient_given_names)
    return Hit(
        reference=row.reference,
        address=row.get_admin_url(),
        kind=row.get_kind_display(),
        who=", ".join(filter(None, [family, given])) if is_referral else sender,
        birth_date=day_in_words(opened(row.patient_birth_date)),
        phone=opened(row.patient_phone if is_referral else row.raw_sender_phone),
        sender=", ".join(filter(None, [sender, practice])) if is_referral else "",
        state=state_in_words(row),
        is_open=row.status in open_statuses(),
        received_at=row.received_at,
    )


def opened(sealed: str | None) -> str:
    if not sealed:
        return ""
    try:
        return unseal(sealed)
    except InvalidToken:
        return LOST


def day_in_words(text: str) -> str:
    """`3 April 1970` for an ISO date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"


def state_in_words(row: Enquiry) -> str:
    if row.outcome:
        return f"{row.get_status_display()}: {row.get_outcome_display().lower()}"
    return str(row.get_status_display())
