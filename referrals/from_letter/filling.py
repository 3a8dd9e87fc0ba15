"""Which empty fields a letter fills in. What was typed stays; what is not sure stays empty.

Red flags, urgency, ticks and the signature are never filled in: those are the sender's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django import forms

from referrals.fields import DayField
from referrals.from_letter.held import Said, pictures_of
from referrals.from_letter.our_own import without_ours
from referrals.from_letter.whose import BORN, FAMILY_NAME, GIVEN_NAMES
from referrals.letter_answers.answers import stands_in_letter
from referrals.person_index import plain_name as plain

OF_PATIENT = [
    GIVEN_NAMES,
    FAMILY_NAME,
    BORN,
    "sex_at_birth",
    "patient_phone",
    "patient_address",
    "medicare_number",
    "medicare_irn",
    "dva_number",
]
SENDER, PROVIDER = "name", "provider_number"
OF_SENDER = [SENDER, PROVIDER, "email", "phone", "practice_name", "practice_address"]
OF_LETTER = ["referral_date"]
FILLED = [*OF_PATIENT, *OF_SENDER, *OF_LETTER]
# The second belongs to the first: with another card beside it, it would be wrong.
GOES_WITH = {"medicare_irn": "medicare_number"}


class Mark(NamedTuple):
    """Beside a field that a letter filled in: its words there, and the place as a picture."""

    words: str
    picture: str  # WebP as base64; empty where there is none


@dataclass
class Filled:
    """What letters put into a form: values as their fields show them, and where they stand."""

    values: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    of_another: list[Said] = field(default_factory=list)  # letters that name another patient


def fill(
    fields: Mapping[str, forms.Field], typed: Mapping[str, str], letters: Iterable[Said]
) -> Filled:
    """What these letters add to what stands in a form. A later one fills only what is left."""
    filled = Filled()
    for said in letters:
        stands = {**typed, **filled.values}
        values = shown_values(fields, said)
        if names_another(stands, values, said):
            filled.of_another.append(said)
            continue
        free = {name: value for name, value in values.items() if is_free(name, stands, values)}
        filled.values.update(free)
        filled.marks.update(marks_of(said, free) if free else {})
    return filled


def shown_values(fields: Mapping[str, forms.Field], said: Said) -> dict[str, str]:
    """The answers of a letter as their fields show them, without what a field would refuse and
    what is the clinic's own."""
    values = {}
    for name in FILLED:
        answer = said.answers.answers.get(name)
        if answer and name in fields and (value := shown(fields[name], answer.value)):
            values[name] = value
    return without_ours(values)


def shown(one: forms.Field, value: str) -> str:
    try:
        clean = one.clean(value)
    except forms.ValidationError:
        return ""
    return f"{clean.day}/{clean.month}/{clean.year}" if isinstance(clean, date) else str(clean)


def names_another(stands: Mapping[str, str], values: Mapping[str, str], said: Said) -> bool:
    """Whether the form is about a patient already who is not the one of this letter."""
    family, born = stands.get(FAMILY_NAME, "").strip(), day_of(stands.get(BORN, ""))
    if not family and born is None:
        return False
    other_name = FAMILY_NAME in values and family and plain(values[FAMILY_NAME]) != plain(family)
    other_day = BORN in values and born is not None and day_of(values[BORN]) != born
    is_there = stands_in_letter(said.answers, family_name=family, birth_date=born)
    return bool(other_name or other_day or not is_there)


def day_of(typed: str) -> date | None:
    try:
        return DayField(required=False).clean(typed)
    except forms.ValidationError:
        return None


def is_free(name: str, stands: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Whether this field is empty, and what it belongs to is not somebody else's."""
    if stands.get(name, "").strip():
        return False
    if name in OF_SENDER and is_other_sender(stands, values):
        return False
    with_it = GOES_WITH.get(name, "")
    typed = stands.get(with_it, "")
    return not typed or plain(typed) == plain(values.get(with_it, ""))


def is_other_sender(stands: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """A colleague sends the letter of another doctor: that one's numbers are not hers."""
    typed, said = plain(stands.get(SENDER, "")), plain(values.get(SENDER, ""))
    if typed and said and typed not in said and said not in typed:
        return True
    number, other = stands.get(PROVIDER, ""), values.get(PROVIDER, "")
    return bool(number and other and plain(number) != plain(other))


def marks_of(said: Said, names: Iterable[str]) -> dict[str, Mark]:
    pictures = pictures_of(said)
    answers = said.answers.answers
    return {name: Mark(answers[name].words, pictures.get(name, "")) for name in names}


def still_from(
    fields: Mapping[str, forms.Field],
    typed: Mapping[str, str],
    names: Iterable[str],
    letters: Iterable[Said],
) -> dict[str, Mark]:
    """The marks of fields that hold just what a letter says: nobody has changed them since."""
    wanted, marks = set(names), dict[str, Mark]()
    for said in letters:
        values = shown_values(fields, said)
        same = [name for name in values if name in wanted and is_same(typed, name, values[name])]
        marks = {**(marks_of(said, same) if same else {}), **marks}
    return marks


def is_same(typed: Mapping[str, str], name: str, value: str) -> bool:
    return typed.get(name, "").replace("\r\n", "\n").strip() == value
