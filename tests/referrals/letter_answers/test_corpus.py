"""Over all letters in `tests/letters`: what is answered is right, and most is answered."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.letters.scoring import SETS, Count, score, table

DOCUMENT = Path(__file__).parents[3] / "docs" / "letters.md"
PRECISION, RECALL = 0.99, 0.85


@pytest.fixture(scope="module")
def scores():
    return {folder: score(folder) for folder in SETS}


@pytest.fixture(scope="module")
def counts(scores):
    total = defaultdict(Count)
    for by_field, _ in scores.values():
        for field, one in by_field.items():
            total[field].said += one.said
            total[field].answered += one.answered
            total[field].right += one.right
    return total


def test_there_are_letters_of_every_field(counts):
    fields = {
        "patient_given_names",
        "patient_birth_date",
        "patient_phone",
        "patient_address",
        "name",
    }
    fields |= {
        "medicare_number",
        "medicare_irn",
        "provider_number",
        "practice_name",
        "phone",
        "email",
    }
    assert fields <= counts.keys()
    assert min(counts[field].said for field in fields) > 30


@pytest.mark.parametrize("folder", SETS)
def test_what_is_answered_is_right(scores, folder):
    counts, lines = scores[folder]
    wrong = {field: one.precision for field, one in counts.items() if one.precision < PRECISION}
    assert not wrong, "\n".join(lines)


@pytest.mark.parametrize("folder", SETS)
def test_most_is_answered(scores, folder):
    counts, lines = scores[folder]
    rare = {field: one.recall for field, one in counts.items() if one.recall < RECALL}
    assert not rare, "\n".join(lines)


def test_the_tables_of_the_document_are_what_was_counted(scores, counts):
    document = DOCUMENT.read_text()
    print(table(counts), table(scores["second"][0]), sep="\n\n")
    assert table(counts) in document
    assert table(scores["second"][0]) in document
