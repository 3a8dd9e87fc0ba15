"""Letters that say what a test wants."""

from collections.abc import Callable
from typing import Any

import pytest

from referrals.from_letter import held
from referrals.letter_answers.answers import READ, Answer, LetterAnswers, NamesAndDates
from referrals.letter_answers.folding import folded_words
from tests.makers import PATIENT

ALL = {
    "patient_given_names": "Jo",
    "patient_family_name": PATIENT,
    "patient_birth_date": "1980-01-31",
    "patient_phone": "0491 570 156",
    "medicare_number": "3278851195",
    "medicare_irn": "2",
    "name": "Dr Sam Samplegp",
    "provider_number": "2426621B",
    "email": "sam@practice.example",
}
Says = Callable[..., None]


def saying(answers: dict[str, str] | None = None, **facts: Any) -> LetterAnswers:
    """A letter with these answers, in whose words its own patient stands."""
    values = ALL if answers is None else answers
    names = frozenset(folded_words(values.get("patient_family_name", "")))
    known = NamesAndDates(names, frozenset({values.get("patient_birth_date", "")}))
    box = (0.1, 0.1, 0.6, 0.15)
    made = {name: Answer(value, 0, box, f"words: {value}") for name, value in values.items()}
    return LetterAnswers(**{"state": READ, "answers": made, "names_and_dates": known, **facts})


@pytest.fixture
def letter_says(monkeypatch: pytest.MonkeyPatch) -> Says:
    """What every letter says from now on, in the shape of `saying`."""

    def says(answers: dict[str, str] | None = None, **facts: Any) -> None:
        monkeypatch.setattr(held, "read_letter", lambda **_: saying(answers, **facts))

    return says
