"""Telephones and dates of a letter that are somebody else's: none of them becomes an answer."""

import pytest

from tests.referrals.letter_answers.drawn import read_lines

MARY = ("Re: Ms Mary CITIZEN", "DOB: 01/02/1960")
ANOTHERS = [
    "Phone: c/- caseworker Blessing Udo 0491 570 006",
    "Phone: not connected. Leave messages with sister Joan 0491 570 006",
    "Phone: 0491 570 006 (mother)",
    "Mother's mobile: 0491 570 006",
    "Follow up phone: 02 5550 7777",
    "Person for notification: Ann Street, phone 0491 570 006",
    "Contact: daughter Ann 0491 570 006",
    "Legal guardian: Ann Street, mobile 0491 570 006",
]


@pytest.mark.parametrize("line", ANOTHERS)
def test_a_telephone_of_somebody_else_is_not_the_patients(line):
    assert "patient_phone" not in read_lines(*MARY, line).answers


def test_the_patients_own_is_taken_beside_a_mothers():
    read = read_lines(*MARY, "Mob: 0491 570 006 (mother's mobile 0491 570 156)")
    assert read.answers["patient_phone"].value == "0491 570 006"


def test_a_number_in_prose_is_the_patients_only_where_nobody_else_is_named():
    own = read_lines(*MARY, "Thank you for seeing Mary.", "Her mobile number is 0491 570 006.")
    sisters = read_lines(
        *MARY,
        "Thank you for seeing Mary.",
        "Ask her sister. Her sister says her mobile number is 0491 570 006.",
    )
    assert own.answers["patient_phone"].value == "0491 570 006"
    assert "patient_phone" not in sisters.answers


@pytest.mark.parametrize("label", ["Admitted", "Discharged", "Date seen", "Date of surgery"])
def test_a_day_in_hospital_is_not_the_letters_date(label):
    assert read_lines(f"{label}: 01/03/2026", *MARY).letter_date == ""


def test_a_misspelt_label_is_read():
    read = read_lines("Pateint Name : Ms Mary CITIZEN", "Date of Brith : 01/02/1960")
    assert read.answers["patient_birth_date"].value == "1960-02-01"
    assert read.answers["patient_family_name"].value == "Citizen"


def test_a_date_is_no_address():
    assert "patient_address" not in read_lines(*MARY, "14 May 2026").answers
