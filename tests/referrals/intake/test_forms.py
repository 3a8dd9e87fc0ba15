"""The public forms: stored first, then a receipt; a mistake keeps what was typed."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
import time_machine

from referrals.intake import spam, submitting, views
from referrals.intake.forms import FIRST_WORDS
from referrals.models import Enquiry, Message, Referral
from tests.conditions.starter.test_starter_words import PAGES
from tests.makers import message_post, referral_post

pytestmark = pytest.mark.django_db
FORMS = [("/contact/", message_post), ("/refer/", referral_post)]


@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_valid_form_leads_to_its_receipt(client, url, post):
    response = client.post(url, post(), follow=True)
    assert response.redirect_chain[0][1] == 302
    assert Enquiry.objects.get().reference in response.content.decode()


@pytest.mark.parametrize(("url", "post"), FORMS)
def test_an_empty_form_names_each_missing_field_with_a_link(client, url, post):
    response = client.post(url, {})
    html = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in html
    assert "<title>Error: " in html
    assert 'href="#id_name"' in html
    assert not Enquiry.objects.exists()


def test_what_was_typed_is_kept_after_a_mistake(client):
    html = client.post("/contact/", message_post(topic="", text="My words")).content.decode()
    assert "My words" in html
    assert 'value="Alex Samplewriter"' in html


def test_the_form_says_where_to_name_a_language_and_somebody_else(client):
    html = client.get("/contact/").content.decode()
    hint = (
        "Do you write for somebody else, or need an interpreter? Say for whom, and which language."
    )
    assert hint in html


def test_the_form_asks_whose_visit_is_to_be_cancelled(client):
    html = client.get("/contact/").content.decode()
    assert "the patient’s full name, the date of birth and the day of the visit" in html


def test_whoever_comes_with_a_file_is_led_to_the_form_that_takes_one(client):
    main = client.get("/contact/").content.decode().partition("<main")[2].partition("<form")[0]
    assert 'href="/refer/"' in main
    assert 'href="/refer/?as=physio"' in main


@pytest.mark.parametrize(("topic", "is_chosen"), [("fees", True), ("nonsense", False)])
def test_the_page_on_fees_opens_the_form_with_that_subject_chosen(client, topic, is_chosen):
    html = client.get(f"/contact/?topic={topic}").content.decode()
    radio = re.search(r'<input[^>]*value="fees"[^>]*>', html)[0]
    assert ("checked" in radio) == is_chosen


def test_a_question_about_fees_is_begun_in_the_box_and_says_whose_words_these_are(client):
    html = client.get("/contact/?topic=fees").content.decode()
    assert "Please send me a written quote for a first visit." in html.partition("<textarea")[2]
    assert "We began it for you: change what you like." in html
    other = client.get("/contact/?topic=appointment").content.decode()
    assert "We began it" not in other
    assert "written quote" not in other


def test_the_page_on_fees_quotes_what_the_form_begins_with():
    words = next(block["html"] for block in PAGES["guides-fees"]["blocks"] if "“P" in block["html"])
    assert f"<p>“{FIRST_WORDS['fees']}”</p>" in words


def test_what_was_begun_does_not_come_back_once_somebody_emptied_the_box(client):
    html = client.post("/contact/?topic=fees", message_post(topic="fees", text="")).content.decode()
    assert "written quote" not in html


def test_a_link_in_the_summary_leads_to_the_first_choice(client):
    html = client.post("/contact/", message_post(topic="")).content.decode()
    assert 'href="#id_topic_0"' in html
    assert 'id="id_topic_0"' in html


def test_an_error_stands_next_to_its_field_and_is_announced_with_it(client):
    html = client.post("/contact/", message_post(email="nonsense")).content.decode()
    assert 'id="id_email_error"' in html
    assert 'aria-describedby="id_email_error"' in html


def test_the_same_form_sent_twice_gives_one_enquiry_and_one_receipt(client):
    data = referral_post()
    first, second = client.post("/refer/", data), client.post("/refer/", data)
    assert first["Location"] == second["Location"]
    assert Referral.objects.count() == 1


@pytest.mark.parametrize("key", ["", "forged", "\x00"])
def test_a_missing_or_forged_form_key_loses_nothing(client, key):
    client.post("/contact/", message_post(form_key=key))
    assert Message.objects.count() == 1


def test_a_message_needs_a_way_to_answer(client):
    html = client.post("/contact/", message_post(phone="", email="")).content.decode()
    assert "Give a telephone number or an email address." in html


def test_none_of_these_excludes_the_other_red_flags(client):
    data = referral_post(red_flags=["none", "trauma"])
    html = client.post("/refer/", data).content.decode()
    assert "Tick “None of these” alone, or only what applies." in html


def test_a_referral_with_a_red_flag_is_still_accepted(client):
    client.post("/refer/", referral_post(red_flags=["cauda_equina"], urgency="urgent"))
    assert Referral.objects.get().red_flags == ["cauda_equina"]


@pytest.mark.parametrize(
    "typed", ["31/1/1980", "31-01-1980", "31.1.1980", "1980-01-31", "31 January 1980", "31011980"]
)
def test_a_birth_date_is_read_as_people_write_it(client, typed):
    client.post("/refer/", referral_post(patient_birth_date=typed))
    assert Referral.objects.get().patient_birth_date.isoformat() == "1980-01-31"


@pytest.mark.parametrize("typed", ["1/31/1980", "31/1/2999", "1/1/1880", "yesterday"])
def test_an_impossible_birth_date_is_explained(client, typed):
    html = client.post("/refer/", referral_post(patient_birth_date=typed)).content.decode()
    assert 'id="id_patient_birth_date_error"' in html
    assert f'value="{typed}"' in html


def test_a_field_that_the_form_does_not_have_is_ignored(client):
    client.post("/contact/", message_post(status="opened", reference="SIJ-MINE"))
    enquiry = Enquiry.objects.get()
    assert enquiry.status == "received"
    assert enquiry.reference != "SIJ-MINE"


def test_forms_are_never_stored_by_caches(client):
    for url in ["/contact/", "/refer/", "/refer/?mode=full"]:
        assert "no-store" in client.get(url)["Cache-Control"]


def test_the_words_on_privacy_that_were_shown_are_known_by_their_version():
    """Change the version in `submitting` and this digest together with the words."""
    words = " ".join(Path("templates/referrals/privacy.html").read_text().split())
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    assert (submitting.CONSENT_VERSION, digest) == ("2026-11-28", "3ccca2f80cd5")


@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_filled_trap_is_suspected_and_still_stored(client, url, post):
    with mock.patch.object(spam, "suspicions", return_value=["trap"]) as asked:
        response = client.post(url, post(extra_line="https://spam.example"), follow=True)
    assert asked.call_args.kwargs["honeypot"] == "https://spam.example"
    assert Enquiry.objects.get().reference in response.content.decode()
    assert Enquiry.objects.get().status == "spam"


def test_the_age_and_the_source_of_a_form_are_told_to_the_spam_check(client):
    with time_machine.travel("2026-11-20 09:00+00:00", tick=False):
        post = message_post()
    with time_machine.travel("2026-11-20 09:00:03+00:00", tick=False):
        with mock.patch.object(spam, "suspicions", return_value=[]) as asked:
            client.post("/contact/", post, REMOTE_ADDR="192.0.2.7")
    told = asked.call_args.kwargs
    assert told["form_age"] == timedelta(seconds=63)
    assert told["address"] == "192.0.2.7"


def test_a_form_without_a_key_of_ours_has_no_age(client):
    with mock.patch.object(spam, "suspicions", return_value=[]) as asked:
        client.post("/contact/", message_post(form_key="forged"))
    assert asked.call_args.kwargs["form_age"] < timedelta(minutes=1)


def test_the_trap_is_out_of_the_way_of_people(client):
    html = client.get("/contact/").content.decode()
    trap = re.search(r"<p class=.not-for-you.>.*?</p>", html)[0]
    assert "Leave this line empty" in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    assert "css/referral.css" in html


def test_when_storing_fails_nothing_is_acknowledged(client):
    client.raise_request_exception = False
    with mock.patch.object(views, "submit", side_effect=RuntimeError):
        response = client.post("/contact/", message_post())
    assert response.status_code == 500
    assert "(02) 5550 1234" in response.content.decode()


def test_a_flood_from_one_network_is_told_to_wait_and_keeps_what_was_typed(client):
    with mock.patch.object(spam, "is_flood", return_value=True):
        response = client.post("/contact/", message_post(text="Typed with care."))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3601
    assert "Typed with care." in response.content.decode()
    assert not Enquiry.objects.exists()
