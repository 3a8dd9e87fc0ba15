"""A letter that names somebody else is asked about once; one for another doctor is only said."""

import re
from datetime import date

import pytest

from clinic_site.models import Clinician
from referrals.from_letter.asking import is_for_another_doctor, is_old
from referrals.models import Attachment, Referral
from tests.makers import make_clinic, quick_post, words_of
from tests.referrals.from_letter.conftest import ALL

pytestmark = pytest.mark.django_db
QUESTION = "Is this the right letter?"
SMITH = {"patient_family_name": "Othersample", "patient_birth_date": "1990-02-01"}


def again(client, first, html):
    kept = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    warned = html.partition('name="warned" value="')[2].partition('"')[0]
    return client.post("/refer/", {**first, "letter": [""], "kept": kept, "warned": warned})


def test_a_letter_without_the_name_or_the_birth_date_is_asked_about_once(client, letter_says):
    letter_says(SMITH)
    first = quick_post()
    response = client.post("/refer/", first)
    assert response.status_code == 422
    assert QUESTION in response.content.decode()
    assert again(client, first, response.content.decode()).status_code == 302
    assert Referral.objects.get().warnings == ["letter_does_not_name_this_patient"]


def test_the_date_of_birth_is_enough_as_names_change(client, letter_says):
    letter_says({**SMITH, "patient_birth_date": ALL["patient_birth_date"]})
    assert client.post("/refer/", quick_post()).status_code == 302


def test_the_name_is_enough_where_the_letter_tells_no_date_of_birth(client, letter_says):
    letter_says({"patient_family_name": ALL["patient_family_name"]})
    assert client.post("/refer/", quick_post()).status_code == 302


def test_one_of_the_same_name_with_another_date_of_birth_is_asked_about_once(client, letter_says):
    letter_says({**ALL, "patient_birth_date": "1990-02-01"})
    first = quick_post()
    response = client.post("/refer/", first)
    words = words_of(response.content.decode())
    assert response.status_code == 422
    assert QUESTION in words
    assert "gives another date of birth than you wrote." in words
    assert again(client, first, response.content.decode()).status_code == 302
    assert Referral.objects.get().warnings == ["letter_does_not_name_this_patient"]


@pytest.mark.parametrize("state", ["scan", "unreadable", "too_long"])
def test_what_could_not_be_read_is_not_asked_about(client, letter_says, state):
    letter_says({}, state=state)
    assert client.post("/refer/", quick_post()).status_code == 302


def test_a_letter_to_another_doctor_or_of_last_year_is_said_and_not_in_the_way(client, letter_says):
    Clinician.objects.create(clinic=make_clinic(), name="Dr Ari Sampledoctor", role="Surgeon")
    letter_says(addressed_to="Dr Max Elsewhere", letter_date="2020-01-31")
    words = words_of(client.post("/refer/", quick_post(signed="")).content.decode())
    assert "It is addressed to “Dr Max Elsewhere”." in words
    assert "It is more than 12 months old." in words
    assert client.post("/refer/", quick_post()).status_code == 302


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"urgency_words": ("urgent",)}, "It says “urgent”. Choose below how soon"),
        ({"tricks": ("hidden_words",)}, "It holds words that its pages do not show."),
    ],
)
def test_what_only_the_sender_can_judge_is_said_beside_the_letter(client, letter_says, facts, note):
    letter_says(**facts)
    html = client.post("/refer/", quick_post(signed="")).content.decode()
    assert note in words_of(html)
    assert re.search('value="routine"[^>]*checked', html)


@pytest.mark.parametrize(
    "addressed",
    ["Dr Sampledoctor", "Dear Doctor", "Dr", "Dear colleague", "To whom it may concern", ""],
)
def test_one_of_ours_and_nobody_by_name_are_not_another_doctor(addressed):
    Clinician.objects.create(clinic=make_clinic(), name="Dr Ari Sampledoctor", role="Surgeon")
    assert not is_for_another_doctor(addressed)


@pytest.mark.parametrize(
    "name",
    ["Dr Lee (sample)", "Dr A. Lee", "Prof. Ann Lee, FRACS", "Lee", "A/Prof Ann Lee MBBS PhD"],
)
def test_our_own_doctor_is_known_by_the_family_name_alone(name):
    Clinician.objects.create(clinic=make_clinic(), name=name, role="Surgeon")
    for addressed in ["Dr Lee", "Dr A Lee", "Professor Lee (surgeon)", "Dear Ann Lee,"]:
        assert not is_for_another_doctor(addressed)
    assert is_for_another_doctor("Dr Sample")


def test_the_clinic_itself_is_not_another_doctor():
    clinic = make_clinic()
    Clinician.objects.create(clinic=clinic, name="Dr Ari Sampledoctor", role="Surgeon")
    assert not is_for_another_doctor(f"The rooms of {clinic.name}")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2025-11-29", False), ("2025-11-28", True), ("2026-11-29", False), ("", False)],
)
def test_a_letter_is_old_after_twelve_months(written, expected):
    assert is_old(written, today=date(2026, 11, 29)) is expected


def test_a_letter_that_says_urgently_is_asked_about_once_where_the_answer_is_routine(
    client, letter_says
):
    letter_says(urgency_words=("urgently",))
    first = quick_post()
    html = client.post("/refer/", first).content.decode()
    assert "The letter says “urgently”, and you chose “Routine”." in words_of(html)
    beside = html.partition("data-letter-urgency>")[2].partition("</div>")[0]
    assert "The letter says “urgently”. Please choose how soon" in beside
    assert again(client, first, html).status_code == 302
    assert Referral.objects.get().urgency == "routine"


@pytest.mark.parametrize("changes", [{"urgency": "soon"}, {"red_flags": ["cancer"]}])
def test_whoever_chose_sooner_is_not_asked(client, letter_says, changes):
    letter_says(urgency_words=("urgently",))
    assert client.post("/refer/", quick_post(**changes)).status_code == 302
