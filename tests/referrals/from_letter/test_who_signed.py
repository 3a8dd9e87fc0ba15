"""A letter that another doctor signed than the form says is noticed; it is asked about once."""

import pytest

from referrals.from_letter.signing import signed_by_another
from referrals.models import Referral
from tests.makers import quick_post, words_of
from tests.referrals.from_letter.conftest import ALL
from tests.referrals.from_letter.test_right_letter import again

pytestmark = pytest.mark.django_db
OTHER = {**ALL, "name": "Dr Erin Othergp", "provider_number": "557487KH"}
SAYS = "This letter is signed by Dr Erin Othergp, provider number 557487KH."
FORM = {"name": "Dr Sam Samplegp", "provider_number": "2426621B"}


def test_it_is_said_beside_the_letter(client, letter_says):
    letter_says(OTHER)
    unsigned = words_of(client.post("/refer/", quick_post(signed="")).content.decode())
    assert f"{SAYS} The form says Dr Sam Samplegp, provider number" in unsigned


def test_it_is_asked_once_before_it_is_sent(client, letter_says):
    letter_says(OTHER)
    first = quick_post()
    response = client.post("/refer/", first)
    assert response.status_code == 422
    assert f"Who refers the patient? {SAYS}" in words_of(response.content.decode())
    assert again(client, first, response.content.decode()).status_code == 302
    assert Referral.objects.get().warnings == ["letter_is_signed_by_another_doctor"]


@pytest.mark.parametrize(
    "says",
    [
        {"name": "Dr Kim Othergp"},
        {"provider_number": "557487KH"},
        {"name": "Dr Sam Samplegp", "provider_number": "557487KH"},
    ],
)
def test_the_name_or_the_number_is_enough(says):
    assert signed_by_another(says, FORM)


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"name": "Dr S Samplegp"},
        {"name": "Sam SAMPLEGP MBBS, FRACGP"},
        {"provider_number": "242 6621b"},
    ],
)
def test_what_is_missing_or_written_another_way_says_nothing(says):
    assert signed_by_another(says, FORM) == ""
    assert signed_by_another(OTHER, {}) == ""
