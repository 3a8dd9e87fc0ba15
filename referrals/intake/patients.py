"""Whose enquiry is it? A form that was sent for one person is never taken for another’s.

Two are the same only where nothing but case, accents, spaces and hyphens differs. A corrected
spelling may be a twin: so it counts as another person, who then attaches and signs anew.
"""

import unicodedata
from datetime import date
from typing import NamedTuple

from django.utils.crypto import salted_hmac

from clinic_site.written_once import Given, WrittenOnce
from referrals.models import Enquiry, Message, Referral

ACCENTS = range(0x0300, 0x0370)  # of Latin and Greek letters; vowel signs of others are letters

_of_form = WrittenOnce(
    lambda: Enquiry.objects.filter(form_key=Given("key", Enquiry._meta.get_field("form_key")))
)


class OtherPerson(RuntimeError):
    """This form was sent before, for somebody else. `first` is what it brought."""

    def __init__(self, first: Enquiry) -> None:
        super().__init__(first.reference)
        self.first = first


class Person(NamedTuple):
    """Names in their plain form. A message has only the name of whoever wrote it."""

    family_name: str
    given_names: str
    born: date | None


def plain(name: str) -> str:
    """A name without case, accents, spaces, hyphens and other marks."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in letters if ord(c) not in ACCENTS and is_letter(c))
    return kept or name.strip()


def is_letter(character: str) -> bool:
    """Emoji and vowel signs tell names apart; punctuation, spaces and invisible marks do not."""
    return unicodedata.category(character)[0] not in "PZC"


def person(*, family_name: str, given_names: str, born: date | None) -> Person:
    """Somebody with one name has it as family name, wherever it was typed."""
    family, given = plain(family_name), plain(given_names)
    return Person(family, given, born) if family else Person(given, "", born)


def person_of(enquiry: Enquiry) -> Person:
    """The patient of a referral, stored or not; of a message, whoever wrote it."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return Person(plain(enquiry.sender_name), "", None)
    referral = enquiry if isinstance(enquiry, Referral) else enquiry.referral
    return person(
        family_name=referral.patient_family_name,
        given_names=referral.patient_given_names,
        born=referral.patient_birth_date,  # type: ignore[arg-type]  # sealed, read as a date
    )


def is_same(first: Enquiry, kind: str, typed: Person) -> bool:
    """Whether what was typed is surely about the person of a stored enquiry."""
    is_whole = bool(typed.family_name) and (kind == Enquiry.Kind.MESSAGE or typed.born is not None)
    return is_whole and first.kind == kind and person_of(first) == typed


def refuse_another(first: Enquiry | None, enquiry: Enquiry) -> None:
    """Raise OtherPerson where the form of `first` now brings somebody else."""
    if first is not None and not is_same(first, enquiry.kind, person_of(enquiry)):
        raise OtherPerson(first)


def family_of(first: Enquiry) -> list[Referral | Message]:
    """An enquiry and its edited resends, with all they hold."""
    everything = [first, *first.edited_resends.all()]
    return [e.referral if e.kind == Enquiry.Kind.REFERRAL else e.message for e in everything]


def mark_of(typed: Person) -> str:
    """A keyed digest of each part, for a hidden field: tells a changed patient, names nobody."""
    parts = [typed.family_name, typed.given_names, typed.born.isoformat() if typed.born else ""]
    return ":".join(patient_digest(part) for part in parts)


def patient_digest(part: str) -> str:
    keyed = salted_hmac("referrals.patient", part, algorithm="sha256")
    return keyed.hexdigest()[:16] if part else ""


def has_changed(before: str, now: str) -> bool:
    """Whether a part that stood there before differs; one that is new is no change."""
    pairs = zip(before.split(":"), now.split(":"), strict=False)
    return any(old and new and old != new for old, new in pairs)


def is_another(before: str, now: str) -> bool:
    """Whether name and date of birth both differ: nobody mistypes both of one patient."""
    pairs = zip(before.split(":"), now.split(":"), strict=False)
    *names, born = (bool(old and new and old != new) for old, new in pairs)
    return born and any(names)


def merged(before: str, now: str) -> str:
    """The earlier mark, with the parts that are new: a first name must not replace a mark."""
    if not before:
        return now
    pairs = zip(before.split(":"), now.split(":"), strict=False)
    return ":".join(old or new for old, new in pairs)


def brought_before(form_key: str) -> Enquiry | None:
    """What a form with this key was stored as."""
    return next(iter(_of_form.objects(key=form_key)), None)
