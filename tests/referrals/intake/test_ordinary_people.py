"""What people really type and paste is taken, or asked about once in plain words."""

import re

import pytest

from referrals.files import records
from referrals.inbox import enquiry_page
from referrals.inbox.rows import same_patient
from referrals.models import Enquiry, Message, Notification, PersonIndex, Referral
from referrals.person_index import find_enquiries, terms
from tests.makers import (
    aged_form_key,
    message_post,
    quick_post,
    referral,
    referral_post,
    submitted,
    words_of,
)

pytestmark = pytest.mark.django_db
TWO_NUMBERS = "0491 570 006 / 02 5550 1234"


def value_of(html, name):
    return re.search(rf'name="{name}"(?: value="([^"]*)")?', html)[1] or ""


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("patient_phone", "\u202a0491\u00a0570\u200b006\u202c", "0491 570006"),
        ("patient_phone", "０４９１　５７０　００６", "0491 570 006"),
        ("patient_phone", TWO_NUMBERS, TWO_NUMBERS),
        ("patient_phone", "0491 570 006 or 02 5550 1234", "0491 570 006 or 02 5550 1234"),
        ("provider_number", "\u200e2426621B\u200f", "2426621B"),
        ("provider_number", "２４２６６２１Ｂ", "2426621B"),
        ("medicare_number", "3278\u00a085119\u200b5", "3278 851195"),
    ],
)
def test_a_pasted_number_is_taken_without_what_nobody_sees(client, field, typed, stored):
    assert client.post("/refer/", referral_post(**{field: typed})).status_code == 302
    assert getattr(Referral.objects.get(), field) == stored


def test_a_pasted_mail_address_is_taken_without_what_nobody_sees(client):
    client.post("/contact/", message_post(email="\u200balex@sample.example\ufeff"))
    assert Message.objects.get().sender_email == "alex@sample.example"


def test_half_of_a_second_number_is_asked_for(client):
    response = client.post("/refer/", referral_post(patient_phone="0491 570 006 / 007"))
    assert "write the whole number with its area code" in response.content.decode()


SHORT = {"phone": "0491 570 00", "email": ""}


def test_a_number_on_which_nobody_could_be_rung_is_asked_for_again(client):
    page = client.post("/contact/", message_post(**SHORT)).content.decode()
    assert "Telephone: “0491 570 00” has a digit too few. An Australian number has 10" in page
    page = client.post("/refer/", referral_post(phone="0491 570 00")).content.decode()
    assert "Your telephone: “0491 570 00” has a digit too few." in page


def test_the_number_of_a_patient_is_asked_about_once_and_taken(client):
    posted = referral_post(patient_phone="0491 570 00")
    answer = client.post("/refer/", posted)
    words = words_of(answer.content.decode())
    assert answer.status_code == 422
    assert "Is it right? The patient’s telephone number has a digit too few or too many." in words
    assert client.post("/refer/", {**posted, "warned": "patient_phone"}).status_code == 302
    assert Referral.objects.get().warnings == ["patient_phone"]


def test_where_numbers_of_australia_are_not_checked_any_length_is_taken(client, settings):
    settings.IDENTIFIER_CHECKS = "off"
    assert client.post("/contact/", message_post(**SHORT)).status_code == 302


@pytest.mark.parametrize("phone", ["0491570006", "+61 2 5550 1234"])
def test_a_person_is_found_by_either_number(phone):
    jo = submitted(referral(patient_phone=TWO_NUMBERS))
    assert [found.pk for found in find_enquiries(terms(phones=[phone]))] == [jo.pk]


def test_a_second_number_is_enough_to_hint_at_the_same_patient():
    jo = submitted(referral(patient_phone=TWO_NUMBERS))
    again = submitted(referral(patient_phone="0491 570 006", patient_family_name="Changed"))
    assert [found.pk for found in same_patient(again).duplicates] == [jo.pk]


def test_each_number_is_a_link_in_the_inbox():
    enquiry = submitted(referral(patient_phone=TWO_NUMBERS))
    patient = dict(enquiry_page.sections(enquiry)[1].rows)
    assert 'href="tel:0491570006"' in patient["Telephone"]
    assert 'href="tel:0255501234"' in patient["Telephone"]


def test_what_is_no_number_stays_words_in_the_inbox():
    assert enquiry_page.phone_links("<b>none</b>") == "<b>none</b>"
    assert "<b>" not in enquiry_page.phone_links("0491 570 006<b>")


@pytest.mark.parametrize("name", ["patient_given_names", "patient_family_name"])
def test_one_name_is_asked_about_once_and_then_enough(client, name):
    empty = {"patient_given_names": "", "patient_family_name": "", name: "Solo"}
    html = client.post("/refer/", referral_post(**empty)).content.decode()
    assert "Only one name? Tick the box." in html
    assert 'name="one_name"' in html
    assert client.post("/refer/", referral_post(**empty, one_name="on")).status_code == 302
    stored = Referral.objects.get()
    assert (stored.patient_family_name, stored.patient_given_names) == ("Solo", "")
    assert records.record_name(stored).startswith("SOLO_1980-01-31_SIJ-")
    assert dict(enquiry_page.sections(stored)[1].rows)["Name"] == "Solo"
    assert find_enquiries(terms(family_name="solo")).exists()


def test_one_name_means_one_and_not_none(client):
    data = referral_post(patient_given_names="", patient_family_name="", one_name="on")
    assert "write the one name here" in client.post("/refer/", data).content.decode()


def test_the_box_for_one_name_is_not_in_the_way_of_others(client):
    assert 'name="one_name"' not in client.get("/refer/").content.decode()


@pytest.mark.parametrize("typed", ["none", "No Medicare card", "nil", "n/a", "-"])
def test_no_medicare_card_is_an_answer(client, typed):
    assert client.post("/refer/", referral_post(medicare_number=typed)).status_code == 302
    stored = Referral.objects.get()
    assert (stored.medicare_number, stored.warnings) == (typed, [])
    assert not PersonIndex.objects.filter(field="medicare").exists()


@pytest.mark.parametrize(("url", "post"), [("/contact/", message_post), ("/refer/", quick_post)])
def test_a_misspelt_mail_domain_is_asked_about_once(client, url, post):
    data = post(email="sam@gmial.con")
    html = client.post(url, data).content.decode()
    assert "Is your email right?" in html
    assert 'name="use_email" value="sam@gmail.com"' in html
    assert not Enquiry.objects.exists()
    kept = re.findall(r'name="kept" value="([^"]+)"', html)
    again = {**data, "letter": [""], "kept": kept, "warned": value_of(html, "warned")}
    again["letter_for"] = value_of(html, "letter_for") if kept else ""
    assert client.post(url, again).status_code == 302
    assert Enquiry.objects.get().sender_email == "sam@gmial.con"


def test_the_suggested_address_is_taken_by_its_button(client):
    data = message_post(email="alex@hotmial.com", use_email="alex@hotmail.com")
    assert client.post("/contact/", data).status_code == 302
    assert Message.objects.get().sender_email == "alex@hotmail.com"


def test_a_forged_suggestion_is_checked_like_any_address(client):
    assert client.post("/contact/", message_post(use_email="no address")).status_code == 422


def test_a_question_about_the_address_is_no_warning_to_the_rooms(client):
    client.post("/refer/", referral_post(email="sam@gmial.con", warned="mail_domain"))
    assert Referral.objects.get().warnings == []


def test_three_links_in_a_message_are_no_spam(client):
    client.post("/contact/", message_post(text="www.a.example www.b.example www.c.example"))
    assert Message.objects.get().status == "received"


def test_past_the_limit_of_a_contact_only_the_mail_is_withheld(client):
    wrong = {"provider_number": "1234561A", "warned": "provider_check practice_address"}
    for number in range(11):
        data = referral_post(form_key=aged_form_key(), patient_given_names=f"Jo {number}", **wrong)
        assert client.post("/refer/", data, REMOTE_ADDR=f"192.0.2.{number}").status_code == 302
    assert set(Enquiry.objects.values_list("status", flat=True)) == {"received"}
    assert Notification.objects.filter(kind="new_enquiry").count() == 11
    assert Notification.objects.filter(kind="receipt").count() == 10


def test_a_number_abroad_may_be_written_as_it_is_dialled(client):
    abroad = "0011 44 20 7946 0958"
    assert client.post("/contact/", message_post(phone=abroad)).status_code == 302
    assert client.post("/contact/", message_post(phone=f"{abroad} 1234567")).status_code == 422


def test_a_space_beside_the_at_sign_is_left_out(client):
    assert client.post("/contact/", message_post(email="sam @ practice.example")).status_code == 302
    assert Enquiry.objects.get().sender_email == "sam@practice.example"


def test_words_before_an_address_are_not_made_part_of_it(client):
    assert client.post("/contact/", message_post(email="Sam sam@x.example")).status_code == 422
