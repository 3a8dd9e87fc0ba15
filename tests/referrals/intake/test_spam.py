"""What looks like spam is set aside, never refused, until one address floods the site."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic_site.models import RateCount
from referrals.intake import spam

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ADDRESS = "192.0.2.7"


def judge(**changes):
    ordinary = {
        "honeypot": "",
        "form_age": timedelta(minutes=2),
        "address": ADDRESS,
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
        ({"text": "http://a.example http://b.example www.c.example"}, []),
        ({"text": "www.a.example " * 10}, []),
        ({"text": "www.a.example " * 11}, ["many_links"]),
        ({"text": "www.a.example " * 3, "honeypot": "x"}, ["honeypot", "many_links"]),
        ({"text": "www.a.example " * 2, "honeypot": "x"}, ["honeypot"]),
        ({"text": "[url=x]cheap[/url]"}, ["markup"]),
        ({"text": '<a href="x">cheap</a>'}, ["markup"]),
        ({"text": "My pain is <3 of 10> & worse at night"}, []),
        ({"honeypot": "x", "form_age": timedelta(0)}, ["honeypot", "too_fast"]),
    ],
)
def test_each_sign_has_a_code_and_an_ordinary_form_has_none(sign, codes):
    assert judge(**sign) == codes


def test_the_eleventh_form_in_an_hour_from_one_address_is_suspected():
    found = [judge() for _ in range(11)]
    assert found == [[]] * 10 + [["many_from_address"]]


def receipts(number, **changes):
    asked = {"email": "sam@practice.example", "phone": "", "address": ADDRESS, "at": NOW}
    return [spam.may_mail_receipt(**{**asked, **changes}) for _ in range(number)]


def test_the_eleventh_form_with_one_contact_gets_no_mail_however_it_is_typed():
    assert receipts(5, email="", phone="02 5550 0123") == [True] * 5
    assert receipts(6, email="", phone="0255500123") == [True] * 5 + [False]
    assert receipts(1, email="", phone="0255500123", at=NOW + timedelta(minutes=30)) == [True]


def test_a_doctor_gets_receipts_of_a_busy_hour_and_not_without_end():
    assert receipts(31, provider_number="2426621B") == [True] * 30 + [False]


def hours(number):
    return [NOW + timedelta(minutes=40 * n) for n in range(number)]


def test_a_stranger_gets_no_more_than_twenty_in_a_day_with_or_without_check_digits():
    mails = [receipts(1, at=at, address=f"198.51.100.{n}") for n, at in enumerate(hours(30))]
    assert [mail for [mail] in mails] == [True] * 20 + [False] * 10
    days = [receipts(3, at=at, provider_number="2426621B") for at in hours(24)]
    assert sum(map(sum, days)) <= 60


def test_a_large_practice_gets_each_of_forty_receipts_in_a_day():
    found = [receipts(4, at=at, provider_number="2426621B") for at in hours(10)]
    assert found == [[True] * 4] * 10


def test_one_address_does_not_mail_many_strangers():
    found = [receipts(1, email=f"stranger{n}@sample.example")[0] for n in range(40)]
    assert found == [True] * 30 + [False] * 10
    assert receipts(1, email="stranger1@sample.example") == [True]
    assert receipts(1, email="stranger35@sample.example", at=hours(3)[2]) == [False]


def test_neither_does_a_whole_network():
    found = [
        receipts(1, email=f"stranger{n}@sample.example", address=f"192.0.2.{n}")[0]
        for n in range(120)
    ]
    assert found == [True] * 100 + [False] * 20
    assert receipts(1, email="new@sample.example", address="203.0.113.1") == [True]


def test_without_a_contact_nothing_is_counted():
    assert receipts(1, email="", phone=" ") == [True]
    assert not RateCount.objects.exists()


def test_the_next_hour_counts_anew():
    for _ in range(11):
        judge()
    assert judge(at=NOW + timedelta(minutes=30)) == []


def test_a_practice_behind_one_address_sends_fifteen_referrals():
    for _ in range(15):
        assert judge(provider_number="2426621B") == []
    assert judge() == []


def test_who_shares_the_address_of_a_practice_is_not_judged_by_it():
    judge(provider_number="2426621B")
    assert [judge(provider_number="1234561A") for _ in range(12)] == [[]] * 12


def test_a_wrong_provider_number_is_no_pass():
    assert [judge(provider_number="1234561A") for _ in range(11)][-1] == ["many_from_address"]


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
        judge(address="")
    assert not spam.is_flood(address="", at=NOW)


def test_the_database_holds_no_address_and_no_contact():
    judge()
    receipts(1, email="alex@sample.example", phone="02 5550 0123")
    kept = " ".join(RateCount.objects.values_list("source", flat=True))
    assert len(kept.split()) == 10
    assert not any(secret in kept for secret in [ADDRESS, "alex@", "5550 0123", "55500123"])
