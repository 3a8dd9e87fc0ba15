"""Whose letter is it? One of another patient is said beside the file, and asked about at Send.

In doubt it is this patient's: people marry, shorten their name, and swap the two fields.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from referrals.from_letter.held import Said
from referrals.letter_answers.answers import READ, stands_in_letter
from referrals.letter_answers.folding import folded_words

FAMILY_NAME, GIVEN_NAMES = "patient_family_name", "patient_given_names"
BORN = "patient_birth_date"


class Named(NamedTuple):
    """The patient as somebody typed her: what is empty or no date is left out of account."""

    family_name: str
    given_names: str
    born: date | None


class Wrong(NamedTuple):
    """A letter that seems to be another patient's, and why, as a sentence."""

    said: Said
    words: str


def of_another_patient(letters: Iterable[Said], patient: Named) -> list[Wrong]:
    """Those of the letters that could be read, each with a sentence."""
    return [Wrong(said, words) for said in letters if (words := why_another(said, patient))]


def why_another(said: Said, patient: Named) -> str:
    """Why somebody should look whose letter it is; empty where it may well be this patient's."""
    if said.answers.state != READ:
        return ""
    file = f"“{said.file.name}”"
    if gives_another_birth_date(said, patient.born):
        return f"{file} gives another date of birth than you wrote."
    if gives_another_name(said, patient):
        return f"{file} names {named_in(said)}. You wrote {shown_name(patient)}."
    is_named = bool(value_in(said, FAMILY_NAME))  # by this name, as it is no other one
    family, born = patient.family_name, patient.born
    if not is_named and not stands_in_letter(said.answers, family_name=family, birth_date=born):
        return f"Neither the family name nor the date of birth that you wrote stands in {file}."
    return ""


def of_two_patients(first: Said, other: Said) -> str:
    """Where both were read and nobody wrote who the patient is."""
    names = f"“{first.file.name}” and “{other.file.name}”"
    return f"{names} seem to be about two patients. The form now holds what the first one says."


def gives_another_birth_date(said: Said, born: date | None) -> bool:
    """Whether the letter says when its patient was born, and nowhere has the day of this one:
    a mother and her daughter have one name."""
    given = said.answers.answers.get(BORN)
    if born is None or given is None:
        return False
    return born.isoformat() not in {given.value, *said.answers.names_and_dates.dates}


def gives_another_name(said: Said, patient: Named) -> bool:
    """Whether the letter calls its patient by a name that is surely not this one. The same date of
    birth is enough for the same patient, as names change."""
    if patient.born and patient.born.isoformat() in said.answers.names_and_dates.dates:
        return False
    theirs = [folded_words(value_in(said, name)) for name in (FAMILY_NAME, GIVEN_NAMES)]
    mine = [folded_words(patient.family_name), folded_words(patient.given_names)]
    if set(theirs[0] + theirs[1]) == set(mine[0] + mine[1]):  # in the wrong fields
        return False
    return any(map(is_another_name, theirs, mine))


def is_another_name(one: list[str], other: list[str]) -> bool:
    """Whether no word of one is, or begins, a word of the other: “Alex” is short for “Alexis”,
    “J” stands for “Jo”, and of a double name some write a half."""
    if not one or not other or "".join(one) == "".join(other):
        return False
    return not any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def value_in(said: Said, name: str) -> str:
    answer = said.answers.answers.get(name)
    return answer.value if answer else ""


def named_in(said: Said) -> str:
    return f"{value_in(said, GIVEN_NAMES)} {value_in(said, FAMILY_NAME)}".strip()


def shown_name(patient: Named) -> str:
    return f"{patient.given_names} {patient.family_name}".strip()
