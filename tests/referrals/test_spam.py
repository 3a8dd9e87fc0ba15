"""What looks like spam is set aside, never refused, until one address floods the site."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from clinic_site.models import RateCount
from referrals import spam

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ADDRESS = "192.0.2.7"


def judge(**changes):
    ordinary = {
        "honeypot": "",
        "form_age": timedelta(minutes=2),
        "address": ADDRESS,
        "contacts": ["alex@sample.example"],
        "at": NOW,
    }
    return spam.suspicions(**{**ordinary, **changes})


@pytest.mark.parametrize(
    ("sign", "codes"),
    [
        ({}, []),
        ({"honeypot": "x"}, ["honeypot"]),
        ({"form_age": timedelta(seconds=2)}, ["too_fast"]),
        ({"form_age": timedelta(seconds=3)}, []),
        ({"form_age": None}, []),
        ({"form_age": timedelta(seconds=-5)}, []),
        ({"text": "See www.one.example and https://two.example"}, []),
        ({"text": "http://a.example http://b.example www.c.example"}, ["many_links"]),
        ({"text": "[url=x]cheap[/url]"}, ["markup"]),
        ({"text": '<a href="x">cheap</a>'}, ["markup"]),
        ({"text": "My pain is <3 of 10> & worse at night"}, []),
        ({"honeypot": "x", "form_age": timedelta(0)}, ["honeypot", "too_fast"]),
    ],
)
def test_each_sign_has_a_code_and_an_ordinary_form_has_none(sign, codes):
    assert judge(**sign) == codes


def test_the_eleventh_form_in_an_hour_from_one_address_is_suspected():
    found = [judge(contacts=[f"{n}@sample.example"]) for n in range(11)]
    assert found == [[]] * 10 + [["many_from_address"]]


def test_the_eleventh_form_with_one_contact_is_suspected_however_it_is_typed():
    ways = ["02 5550 0123", "0255500123"]
    found = [judge(address=f"192.0.2.{n}", contacts=[ways[n % 2]]) for n in range(11)]
    assert found == [[]] * 10 + [["many_from_contact"]]


def test_the_next_hour_counts_anew():
    for _ in range(11):
        judge()
    assert judge(at=NOW + timedelta(minutes=30)) == []


def test_a_practice_behind_one_address_sends_fifteen_referrals():
    found = [judge(provider_number="2426621B", contacts=["sam@practice.example"])] * 15
    assert found == [[]] * 15
    assert judge(contacts=["patient@sample.example"]) == []


def test_a_wrong_provider_number_is_no_pass():
    with mock.patch.object(spam, "provider_number_problem", return_value="check_digit"):
        found = [judge(provider_number="1234561A") for _ in range(11)]
    assert found[-1] == ["many_from_address", "many_from_contact"]


def test_a_flood_begins_after_sixty_forms_of_any_kind():
    for _ in range(59):
        judge(provider_number="2426621B")
    assert not spam.is_flood(address=ADDRESS, at=NOW)
    judge()
    assert spam.is_flood(address=ADDRESS, at=NOW)
    assert not spam.is_flood(address="192.0.2.8", at=NOW)
    assert not spam.is_flood(address=ADDRESS, at=NOW + timedelta(minutes=30))


def test_an_unknown_address_is_never_a_flood():
    for _ in range(61):
        judge(address="", contacts=[])
    assert not spam.is_flood(address="", at=NOW)


def test_the_database_holds_no_address_and_no_contact():
    judge(contacts=["alex@sample.example", "02 5550 0123"])
    kept = " ".join(RateCount.objects.values_list("source", flat=True))
    assert len(kept.split()) == 4
    assert not any(secret in kept for secret in [ADDRESS, "alex", "5550"])
