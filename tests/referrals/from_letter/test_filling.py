"""A letter fills in what is empty, and nothing that may be another person's."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from referrals.from_letter import filling
from referrals.from_letter.filling import FILLED, fill
from referrals.from_letter.held import Said
from referrals.intake.referral_forms import FullReferralForm, QuickReferralForm
from tests.makers import PATIENT
from tests.referrals.from_letter.conftest import ALL, saying

pytestmark = pytest.mark.django_db
OWN_TO_THE_SENDER = {"red_flags", "signed", "urgency", "patient_agrees_mail", "without_file"}


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    monkeypatch.setattr(filling, "pictures_of", lambda said: {})


def letter(answers=None, **facts):
    return Said(SimpleNamespace(pk=uuid4()), saying(answers, **facts))


def values(typed, *letters):
    return fill(QuickReferralForm().fields, typed, letters).values


def test_all_that_it_says_goes_into_an_empty_form_as_people_write_it():
    filled = values({}, letter())
    assert filled == {**ALL, "patient_birth_date": "31/1/1980"}


def test_what_was_typed_stays():
    filled = values({"patient_phone": "0491 570 157"}, letter())
    assert "patient_phone" not in filled
    assert filled["patient_given_names"] == "Jo"


@pytest.mark.parametrize("name", sorted(OWN_TO_THE_SENDER))
def test_signs_urgency_and_signature_are_never_filled_in(name):
    assert values({}, letter({**ALL, name: "on"})).keys() == ALL.keys()
    assert name not in FILLED


@pytest.mark.parametrize(
    ("name", "value"),
    [("patient_birth_date", "2999-01-01"), ("email", "sam@"), ("patient_phone", "ring me")],
)
def test_what_its_field_would_refuse_stays_empty(name, value):
    assert name not in values({}, letter({**ALL, name: value}))


@pytest.mark.parametrize(
    "typed",
    [
        {"patient_family_name": "Othersample"},
        {"patient_birth_date": "1/2/1990"},
        {"patient_family_name": "Othersample", "patient_birth_date": "31/1/1980"},
        {"patient_family_name": PATIENT, "patient_birth_date": "1/2/1990"},
    ],
)
def test_a_letter_about_another_patient_fills_in_nothing(typed):
    about = letter()
    filled = fill(QuickReferralForm().fields, typed, [about])
    assert filled.values == {}
    assert filled.of_another == [about]


def test_a_name_that_only_its_accent_changes_is_the_same_patient():
    about = letter({**ALL, "patient_family_name": "Sämplepatient"})
    typed = {"patient_family_name": "samplepatient", "patient_birth_date": "31/1/1980"}
    assert values(typed, about)["patient_given_names"] == "Jo"


def test_the_numbers_of_another_doctor_are_not_the_senders():
    filled = values({"name": "Dr Kim Othergp"}, letter())
    assert not {"provider_number", "email"} & filled.keys()
    assert filled["patient_given_names"] == "Jo"


def test_a_sender_who_left_out_her_title_is_the_same_one():
    assert values({"name": "Sam Samplegp"}, letter())["provider_number"] == "2426621B"


def test_the_digit_of_a_card_goes_with_its_number():
    assert "medicare_irn" not in values({"medicare_number": "2428778132"}, letter())
    assert values({"medicare_number": "3278 85119 5"}, letter())["medicare_irn"] == "2"


def test_a_second_letter_fills_what_the_first_left_if_it_is_of_the_same_patient():
    first = letter({name: ALL[name] for name in ["patient_family_name", "patient_birth_date"]})
    other = {**ALL, "patient_family_name": "Othersample", "patient_birth_date": "1990-02-01"}
    assert values({}, first, letter(other)).keys() == {"patient_family_name", "patient_birth_date"}
    assert values({}, first, letter())["patient_phone"] == ALL["patient_phone"]


def test_the_full_form_is_filled_in_too():
    filled = fill(FullReferralForm().fields, {}, [letter({**ALL, "sex_at_birth": "Female"})])
    assert filled.values["sex_at_birth"] == "Female"
