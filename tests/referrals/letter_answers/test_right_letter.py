"""Whether it is the right patient's letter: the name or the date of birth stands in its words."""

from datetime import date

import pytest

from referrals.letter_answers.answers import LetterAnswers, from_json, stands_in_letter, to_json
from tests.referrals.letter_answers.drawn import letter, read_lines

BORN = date(1960, 2, 1)
ANOTHER_DAY = date(1971, 7, 7)


def says(*lines: str) -> LetterAnswers:
    return read_lines("Thank you for seeing this patient with sacroiliac pain.", *lines)


@pytest.mark.parametrize("typed", ["O'Brien", "O’BRIEN", "obrien", "Ó Brien", "O'Brien "])
def test_a_name_is_found_however_it_is_spelled(typed):
    assert stands_in_letter(says("Re: Siobhán O’Brien"), family_name=typed, birth_date=ANOTHER_DAY)


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("Müller", "MUELLER Muller"),
        ("Smith-Jones", "Smith Jones"),
        ("Smith Jones", "SMITH-JONES"),
        ("van der Berg", "Van Der Berg"),
    ],
)
def test_accents_and_hyphens_do_not_matter(typed, stands):
    assert stands_in_letter(says(f"Re: {stands}"), family_name=typed, birth_date=ANOTHER_DAY)


@pytest.mark.parametrize(
    "stands",
    [
        "1/2/1960",
        "01.02.1960",
        "1 Feb 1960",
        "1st February 1960",
        "1960-02-01",
        "February 1, 1960",
        "01-Feb-60",
        "01/02/60",
        "01021960",
    ],
)
def test_a_date_is_found_however_it_is_written(stands):
    assert stands_in_letter(says(f"born {stands}"), family_name="Nobody", birth_date=BORN)


def test_another_patients_letter_is_noticed():
    assert not stands_in_letter(letter(), family_name="Nobody", birth_date=ANOTHER_DAY)


def test_a_part_of_another_name_is_not_the_name():
    assert not stands_in_letter(
        says("Re: Anna Brownlow"), family_name="Brown", birth_date=ANOTHER_DAY
    )


@pytest.mark.parametrize("state", ["scan", "unreadable", "too_long"])
def test_nothing_is_asked_about_a_letter_that_was_not_read_whole(state):
    assert stands_in_letter(LetterAnswers(state), family_name="Nobody", birth_date=ANOTHER_DAY)


def test_what_was_read_is_the_same_after_it_was_kept():
    read = letter(
        more="Mobile: 0491 570 006\nThere is progressive leg weakness, please see urgently."
    )
    assert from_json(to_json(read)) == read
    assert read.flags
    assert read.urgency_words
    assert read.answers


def test_a_name_that_was_not_typed_yet_asks_nothing():
    assert stands_in_letter(letter(), family_name="", birth_date=None)
