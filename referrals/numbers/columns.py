"""The columns of a saved list, and what stands in a cell that a spreadsheet opens."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken

from clinic_site.sealing.tokens import unseal
from referrals.models import Referral

BEGINS_A_FORMULA = "=+-@|%\t\r\n"
LOST = "Sealed with a key that is missing"


class Column(NamedTuple):
    """`cell` makes it of a row of `Enquiry.objects.values()`; `of_a_person`: only with a tick, a
    right and a fresh code; `is_moment`: its heading names the zone."""

    name: str
    heading: str
    fields: list[str]
    cell: Callable[[dict[str, Any]], str]
    of_a_person: bool = False
    is_moment: bool = False


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like that gets an
    apostrophe. Wide signs count as well, and what stands behind spaces."""
    begins = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\ufeff")[:1])
    return f"'{text}" if text and (begins in BEGINS_A_FORMULA or text[0] in "\t\r\n") else text


def as_it_is(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: str(row[name] or "")


def in_words(name: str, choices: Any) -> Callable[[dict[str, Any]], str]:
    labels = dict(choices)
    return lambda row: str(labels.get(row[name], row[name] or ""))


def moment(name: str, heading: str, field: str) -> Column:
    """`2026-11-28 14:05`, in the zone that the row's times bear: spreadsheets sort it."""

    def cell(row: dict[str, Any]) -> str:
        at: datetime | None = row[field]
        return f"{at:%Y-%m-%d %H:%M}" if at else ""

    return Column(name, heading, [field], cell, is_moment=True)


def opened(name: str) -> Callable[[dict[str, Any]], str]:
    """A sealed fact. One that no key opens spoils no list."""

    def cell(row: dict[str, Any]) -> str:
        try:
            return unseal(row[name]) if row[name] else ""
        except InvalidToken:
            return LOST

    return cell


def of_staff(row: dict[str, Any]) -> str:
    first, last = row["assigned_to__first_name"] or "", row["assigned_to__last_name"] or ""
    return f"{first} {last}".strip() or str(row["assigned_to__username"] or "")


STAFF = [f"assigned_to__{name}" for name in ("first_name", "last_name", "username")]
DOCTOR = "for_clinician__name"
PATIENT = {
    "patient_family_name": "Family name",
    "patient_given_names": "Given names",
    "patient_birth_date": "Date of birth",
    "patient_phone": "Patient’s telephone",
    "medicare_number": "Medicare number",
}
SENDER = {"sender_name": "Sender", "sender_phone": "Sender’s telephone", "sender_email": "Email"}


def all_columns() -> list[Column]:
    one = Referral
    plain = [
        Column("reference", "Reference", ["reference"], as_it_is("reference")),
        Column("kind", "Kind", ["kind"], in_words("kind", one.Kind.choices)),
        moment("received", "Received", "received_at"),
        Column("urgency", "Urgency", ["urgency"], in_words("urgency", one.Urgency.choices)),
        Column("way_in", "Way in", ["way_in"], in_words("way_in", one.WayIn.choices)),
        Column("state", "State", ["status"], in_words("status", one.Status.choices)),
        moment("opened", "First opened", "opened_at"),
        moment("filed", "Filed", "filed_at"),
        Column("outcome", "Outcome", ["outcome"], in_words("outcome", one.Outcome.choices)),
        Column("doctor", "For", [DOCTOR], as_it_is(DOCTOR)),
        Column("who_has_it", "Who has it", STAFF, of_staff),
    ]
    patient = [
        Column(name, heading, [f"referral__{name}"], opened(f"referral__{name}"), True)
        for name, heading in PATIENT.items()
    ]
    practice = "referral__practice_name"
    sender = [Column(name, heading, [name], opened(name), True) for name, heading in SENDER.items()]
    sender.insert(1, Column("practice", "Practice", [practice], opened(practice), True))
    return [*plain, *patient, *sender]


COLUMNS = {column.name: column for column in all_columns()}
