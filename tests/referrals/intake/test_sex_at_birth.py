"""The full form may say the sex at birth; nobody must, and it is sealed as the rest is."""

import pytest
from django.db import connection

from referrals.inbox.enquiry_page import sections
from referrals.models import Referral
from tests.makers import quick_post, referral_post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("chosen", "term", "kept"),
    [
        ("", "", ""),
        ("Female", "", "Female"),
        ("Prefer not to say", "", "Prefer not to say"),
        ("Another term", "sex-canary", "Another term: sex-canary"),
        ("", "sex-canary", "Another term: sex-canary"),
    ],
)
def test_what_was_chosen_or_written_arrives_in_words(client, chosen, term, kept):
    client.post("/refer/", referral_post(sex_at_birth=chosen, sex_term=term))
    referral = Referral.objects.get()
    assert referral.sex_at_birth == kept
    shown = [row for group in sections(referral) for row in group.rows]
    assert (("Sex at birth", kept) in shown) == bool(kept)


def test_an_invented_choice_is_refused_beside_its_field(client):
    assert client.post("/refer/", referral_post(sex_at_birth="<b>")).status_code == 422


def test_it_is_sealed_in_the_database(client):
    client.post("/refer/", referral_post(sex_at_birth="Female"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sex_at_birth FROM referrals_referral")
        assert "Female" not in str(cursor.fetchone()[0])


def test_going_over_to_the_quick_form_loses_none_of_it(client):
    typed = referral_post(sex_at_birth="Another term", sex_term="sex-canary", switch="1")
    assert "sex-canary" in client.post("/refer/", typed).content.decode()
    client.post("/refer/", quick_post(sex_at_birth="Male"))
    assert Referral.objects.get().sex_at_birth == "Male"
