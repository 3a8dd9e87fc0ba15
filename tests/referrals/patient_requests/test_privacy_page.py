"""The public page on privacy says what is true today, each number from where it counts."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as site_settings
from django.template.loader import render_to_string

from clinic_site import counting
from clinic_site.models import Clinic
from clinic_site.running import session_settings
from conditions.publishing.readability import LONG, grade, longer_than, sentences, worst_of
from conditions.publishing.verbs import publish_starter
from referrals.files import held_for
from referrals.intake import spam
from referrals.models import patient_requests
from referrals.patient_requests import public_facts
from tests.makers import make_clinic, make_page, words_of

pytestmark = pytest.mark.django_db
ADDRESS = "/guides/privacy/"
RULE = SimpleNamespace(
    days={"spam": 30, "message": 366, "software": 731, "referral": None},
    words={"spam": "30 days", "message": "1 year", "software": "2 years", "referral": "for ever"},
)


@pytest.fixture(autouse=True)
def clinic():
    make_clinic()
    page = make_page(section="guides", slug="privacy", title="Privacy", menu_title="Privacy")
    return publish_starter(page=page)


def shown(client):
    return words_of(client.get(ADDRESS).text)


def shown_at(client, address):
    return words_of(client.get(address).text)


def signed(monkeypatch, rule=RULE):
    monkeypatch.setattr(public_facts, "in_force", lambda: rule)


def test_the_numbers_of_today_stand_on_it(client, settings):
    settings.BACKUPS_KEPT_DAYS = 14
    words = shown(client)
    for sentence in (
        "never send goes after 24 hours",
        "(backups) go after 14 days",
        "nothing for 30 minutes is signed out",
        "After 12 hours all staff",
        "gone after 1 hour, the last after 24 hours",
        "an answer within 30 days",
    ):
        assert sentence in words, sentence


@pytest.mark.parametrize(
    ("module", "name", "value", "sentence"),
    [
        (public_facts, "HELD_FOR", timedelta(hours=7), "never send goes after 7 hours"),
        (public_facts, "IDLE", timedelta(minutes=11), "nothing for 11 minutes"),
        (public_facts, "LONGEST", timedelta(hours=5), "After 5 hours"),
        (public_facts, "DAY", timedelta(hours=3), "the last after 3 hours"),
        (public_facts, "DAYS_TO_ANSWER", 21, "an answer within 21 days"),
    ],
)
def test_another_number_in_the_code_is_another_number_on_the_page(
    client, monkeypatch, module, name, value, sentence
):
    monkeypatch.setattr(module, name, value)
    assert sentence in shown(client)


def test_what_it_counts_with_is_what_the_code_counts_with():
    assert public_facts.HELD_FOR is held_for.HELD_FOR
    assert public_facts.IDLE is session_settings.IDLE
    assert public_facts.LONGEST is session_settings.LONGEST
    assert public_facts.HOUR is counting.HOUR
    assert public_facts.DAY is spam.DAY
    assert public_facts.DAYS_TO_ANSWER is patient_requests.DAYS_TO_ANSWER


def test_every_number_in_its_words_comes_from_the_code_or_counts_our_forms():
    words = render_to_string("referrals/privacy_facts.html", {"kept": [], "clinic": Clinic()})
    assert set(re.findall(r"(?<![h/])\b\d+", words)) <= {"2", "1"}


def test_until_a_rule_is_signed_nothing_is_deleted_by_itself(client, monkeypatch):
    signed(monkeypatch, rule=None)
    assert "Nothing is deleted by itself yet." in shown(client)


def test_a_signed_rule_is_told_as_it_was_signed(client, monkeypatch):
    signed(monkeypatch)
    words = shown(client)
    assert "Messages: 1 year after we filed them." in words
    assert "Other referrals: no end is set." in words
    assert "Nothing is deleted by itself yet" not in words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("minimal", "It holds no patient details"),
        ("initials", "the first letters of the name"),
        ("full", "It names the patient, with date of birth and reason."),
    ],
)
def test_what_mails_tell_is_what_the_setting_lets_out(client, settings, detail, words):
    settings.NOTIFY_DETAIL = detail
    assert words in shown(client)


@pytest.mark.parametrize("form", ["/contact/", "/refer/"])
def test_beside_the_forms_it_is_the_same_truth(client, settings, form):
    assert "holds no patient details" in shown_at(client, form)
    assert "We answer within 30 days." in shown_at(client, form)
    settings.NOTIFY_DETAIL = "full"
    assert "holds no patient details" not in shown_at(client, form)


def test_each_form_sets_the_one_cookie_that_is_named_and_the_page_none(client):
    assert not client.get(ADDRESS).cookies
    for form in ("/contact/", "/refer/"):
        client.cookies.clear()
        assert set(client.get(form).cookies) == {site_settings.CSRF_COOKIE_NAME}


def test_its_headings_stand_among_the_contents(client):
    page = client.get(ADDRESS).text
    assert 'href="#how-long-we-keep-it"' in page
    assert 'id="how-long-we-keep-it"' in page


def test_another_page_has_none_of_it(client):
    publish_starter(page=make_page(slug="other"))
    assert "Nothing is deleted by itself" not in client.get("/conditions/other/").text


def test_a_published_page_keeps_its_own_words_alone(clinic):
    assert "deleted by itself" not in str(clinic.payload)


@pytest.mark.parametrize("kept", [[], [public_facts.Kept("Messages", "1 year", "after it")]])
@pytest.mark.parametrize("detail", ["minimal", "initials", "full"])
def test_it_is_read_with_ease(kept, detail):
    facts = {**public_facts.facts(), "kept": kept, "notify_detail": detail}
    html = render_to_string("referrals/privacy_facts.html", {**facts, "clinic": Clinic.current()})
    assert grade(html) <= 7, worst_of(sentences(html), 5)
    assert longer_than(LONG, sentences(html)) == []
