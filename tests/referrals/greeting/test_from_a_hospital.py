"""A patient on a ward is not sent to an emergency department: her doctor calls the team on call."""

import pytest

from referrals.models import Referral
from referrals.references import receipt_token
from tests.makers import make_clinic, quick_post, referral, submitted, with_status_link, words_of
from tests.referrals.greeting.test_roles import OURS

pytestmark = pytest.mark.django_db
TEAM = "Call your own team on call now."
OUTSIDE = "A patient who is not in hospital: send them to an emergency department now, or call 000."
FROM_WARD = {"referrer_type": "hospital", "red_flags": ["infection"], "urgency": "urgent"}


def words(client, path):
    return words_of(client.get(path).content.decode())


def test_a_sign_that_is_ticked_says_to_call_the_own_team(client):
    make_clinic()
    page = words(client, "/refer/?as=hospital")
    assert f"A warning sign is present. Do this now: {TEAM} {OUTSIDE}" in page
    assert TEAM not in words(client, "/refer/")


def test_the_page_for_hospital_doctors_says_who_sends_it_and_folds_the_rest(client):
    html = client.get("/refer/?as=hospital").content.decode()
    assert '<option value="hospital" selected>Hospital doctor</option>' in html
    assert '<details class="form-more" open' not in html


def test_who_goes_over_to_the_page_for_gps_is_no_hospital_doctor(client):
    post = quick_post(referrer_type="hospital", greet="gp", letter=[""])
    html = client.post("/refer/", post, **OURS).content.decode()
    assert "selected>Hospital doctor" not in html


@pytest.mark.parametrize(("changes", "expected"), [(FROM_WARD, True), ({}, False)])
def test_receipt_and_status_of_that_referral_say_so_too(client, changes, expected):
    enquiry = submitted(referral(**{**FROM_WARD, "referrer_type": "gp", **changes}))
    for path in [
        f"/status/{with_status_link(enquiry)}/",
        f"/received/{receipt_token(enquiry.form_key)}/",
    ]:
        page = words(client, path)
        assert (TEAM in page) == expected
        assert ("Send the patient to an emergency department now" in page) != expected


def test_who_has_no_provider_number_reads_what_to_write(client):
    assert "None of your own? Write “none”" in words(client, "/refer/?as=hospital")
    assert "None of your own?" not in words(client, "/refer/")
    client.post("/refer/?as=hospital", {**quick_post(), "as": "hospital"}, **OURS)
    assert Referral.objects.exists()


def test_who_goes_off_duty_reads_whose_address_to_give(client):
    assert "Give an address that your team reads." in words(client, "/refer/?as=hospital")
    assert "your team" not in words(client, "/refer/")


def test_the_address_that_medicare_asks_for_stands_beside_the_number(client):
    html = client.get("/refer/?as=hospital").content.decode()
    address = html.index('name="practice_address"')
    assert html.index('name="provider_number"') < address < html.index("Add more, if you like")
    assert html.count('name="practice_address"') == 1
    page = words_of(html)
    assert "Hospital’s address" in page
    assert "Practice" not in page


def test_who_writes_none_and_the_address_is_not_sent_back(client):
    none = {"provider_number": "none", "practice_address": "1 High Street, Sampleton NSW 2999"}
    client.post("/refer/?as=hospital", {**quick_post(**none), "as": "hospital"}, **OURS)
    assert Referral.objects.get().practice_address == none["practice_address"]


def test_the_full_form_keeps_the_address_in_its_place(client):
    html = client.get("/refer/?as=hospital&mode=full").content.decode()
    assert html.count('name="practice_address"') == 1


def test_after_a_mistake_the_form_still_speaks_to_a_hospital_doctor(client):
    post = {**quick_post(patient_phone=""), "as": "hospital"}
    page = words_of(client.post("/refer/", post, **OURS).content.decode())
    assert "Patient’s telephone: please fill this in." in page
    assert "None of your own? Write “none”" in page
    assert "Hospital’s address" in page
    assert "Practice address" not in page
