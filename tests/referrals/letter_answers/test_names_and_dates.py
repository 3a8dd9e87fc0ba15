"""How names are cut, and which dates are certain. What could be two things is none."""

from datetime import date

import pytest

from referrals.letter_answers.dates import dates_in
from referrals.letter_answers.people import Name, cut, doctor_in

CUT = {
    "Mr John Citizen": Name("John", "Citizen"),
    "CITIZEN, John Michael": Name("John Michael", "Citizen"),
    "John Michael CITIZEN": Name("John Michael", "Citizen"),
    "SMITH-JONES, Anna (Ms)": Name("Anna", "Smith-Jones"),
    "Pieter van der Berg": Name("Pieter", "van der Berg"),
    "Ms Rosa D'Angelo": Name("Rosa", "D'Angelo"),
    "LI Wei": Name("Wei", "Li"),
    "McDONALD, Angus": Name("Angus", "McDONALD"),
    "Mr Barry Wayne O'Keefe-Tran": Name("Barry Wayne", "O'Keefe-Tran"),
    "ELIZABETH ANNE DE LA CRUZ": Name("Elizabeth Anne", "De La Cruz"),
}
NOT_CUT = [
    "SMITH JAMES JOHN",
    "Nguyen Anne Lan",
    "Greta She",
    "Maria Garcia Lopez",
    "Jane Mary Ann Doe",
    "Nguyen Lan",
    "CITIZEN JOHN",
    "Minh Van Tran",
    "Citizen",
    "John Smith, Mary Jones",
    "Left Sacroiliac Pain",
    "the patient",
]


@pytest.mark.parametrize("written", CUT)
def test_a_name_is_cut_where_it_is_clear(written):
    assert cut(written) == CUT[written]


@pytest.mark.parametrize("written", NOT_CUT)
def test_a_name_that_could_be_cut_in_two_ways_is_not(written):
    assert cut(written) is None


def test_what_the_letter_says_after_ms_decides():
    assert cut("Maria Garcia Lopez", families={"garcialopez"}) == Name("Maria", "Garcia Lopez")


def test_a_given_name_in_the_prose_decides_between_capitals():
    assert cut("CITIZEN JOHN", alone={"john"}) == Name("John", "Citizen")


@pytest.mark.parametrize(
    ("line", "doctor"),
    [
        ("Dr Jane Smith MBBS FRACGP", "Dr Jane Smith"),
        ("DR. J. SMITH", "Dr J SMITH"),
        ("A/Prof Ann Other", "A/Prof Ann Other"),
        ("Dear Doctor", ""),
        ("Dr", ""),
    ],
)
def test_a_doctor_is_named_without_letters_behind(line, doctor):
    assert doctor_in(line) == doctor


FIRST = date(1960, 2, 1)


@pytest.mark.parametrize(
    "written",
    [
        "1/2/1960",
        "01.02.1960",
        "01-02-1960",
        "1 Feb 1960",
        "1st of February, 1960",
        "Feb 1, 1960",
        "1960-02-01",
        "1/2/60",
        "1-Feb-60",
    ],
)
def test_a_date_is_read_day_first(written):
    assert [day for day, _, _ in dates_in(f"born {written}.")] == [FIRST]


def test_a_short_year_of_a_letters_own_date_is_of_this_century():
    assert [day for day, _, _ in dates_in("6/11/26", is_recent=True)] == [date(2026, 11, 6)]


@pytest.mark.parametrize(
    "written", ["31/2/1960", "13/13/1960", "1/2/22", "1/2/60/4", "10.1.2.3", "1/2"]
)
def test_what_is_no_one_date_is_none(written):
    assert not list(dates_in(written))
