"""What is the clinic's own is no referrer's: a leaflet of ours that was attached fills in nothing.

Compared with what the clinic publishes of itself; where the database is away, nothing is known.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import Error

from clinic_site.models import Clinic, Clinician
from clinic_site.models.rooms import Location
from referrals.identifiers import plain_phones
from referrals.letter_answers.folding import folded_words
from referrals.person_index import TITLES

COMPARED = ("name", "practice_name", "practice_address", "phone", "email")


class OurOwn(NamedTuple):
    """Words folded and joined by a space, telephone numbers in their one form."""

    doctors: list[list[str]]
    names: set[str]
    addresses: set[str]
    phones: set[str]
    emails: set[str]


def without_ours(values: Mapping[str, str]) -> dict[str, str]:
    """The same answers of a letter (field: value) without those that are the clinic's own.

    The provider number goes with the name of one of our doctors.
    """
    if not any(name in values for name in COMPARED):
        return dict(values)
    try:
        own = our_own()
    except Error:
        return dict(values)
    ours = {name for name in COMPARED if name in values and is_ours(name, values[name], own)}
    ours |= {"provider_number"} if "name" in ours else set()
    return {name: value for name, value in values.items() if name not in ours}


def our_own() -> OurOwn:
    clinic = Clinic.current()
    rooms = list(Location.objects.values_list("name", "address"))
    messaging = [word for word in clinic.secure_messaging.split() if "@" in word]
    phones = (clinic.telephone, clinic.after_hours_telephone, clinic.fax, clinic.nurse_line)
    return OurOwn(
        doctors=[name_words(name) for name in Clinician.objects.values_list("name", flat=True)],
        names={joined(clinic.name), *(joined(name) for name, _ in rooms)} - {""},
        addresses={joined(address) for _, address in rooms} - {""},
        phones={one for phone in phones if phone for one in plain_phones(phone)},
        emails={address.casefold() for address in [*clinic.addresses(), *messaging]},
    )


def is_ours(name: str, value: str, own: OurOwn) -> bool:
    if name == "name":
        return any(is_same_doctor(name_words(value), doctor) for doctor in own.doctors)
    if name == "phone":
        return not own.phones.isdisjoint(plain_phones(value))
    if name == "email":
        return value.casefold() in own.emails
    words = joined(value)
    known = own.names if name == "practice_name" else own.addresses
    return words in known or any(" " in one and one in words for one in known)


def is_same_doctor(words: list[str], doctor: list[str]) -> bool:
    """`Dr A Sample` is `Dr Ari Sample`; `Dr Kim Sample` is another."""
    if not words or not doctor or words[-1] != doctor[-1]:
        return False
    first, other = words[0], doctor[0]
    return len(words) == 1 or first.startswith(other) or other.startswith(first)


def name_words(name: str) -> list[str]:
    """Given and family names, folded, without titles and what stands behind a comma."""
    words = folded_words(name.partition(",")[0])
    return [word for word in words if word not in TITLES or len(word) == 1]


def joined(text: str) -> str:
    return " ".join(folded_words(text))
