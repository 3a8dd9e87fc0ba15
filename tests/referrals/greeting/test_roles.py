"""Whoever refers is greeted by what she is, and loses nothing by saying so."""

import re

import pytest

from referrals.models import Attachment, Referral
from tests.makers import make_clinic, quick_post, referral_post, sample_letter, words_of

pytestmark = pytest.mark.django_db
PLACES = {"gp": "/refer/", **{n: f"/refer/?as={n}" for n in ("hospital", "physio", "self")}}
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
HEADINGS = {
    "gp": "Refer a patient",
    "hospital": "Refer from a hospital",
    "physio": "You treat the patient and are not a doctor",
    "self": "You want to refer yourself",
}


def page(client, address):
    return client.get(address).content.decode()


@pytest.mark.parametrize("name", PLACES)
def test_each_has_an_address_with_words_of_its_own_and_the_same_form(client, name):
    html = page(client, PLACES[name])
    assert re.findall("<h1>(.+)</h1>", html) == [HEADINGS[name]]
    assert html.count('id="form"') == 1
    assert html.count('<span aria-current="page">') == 1
    others = [address for one, address in PLACES.items() if one != name]
    assert re.findall('formaction="([^"]+)" formnovalidate name="greet"', html) == others


@pytest.mark.parametrize("asked", ["", "nobody", "gp", "../x", "<b>"])
def test_whoever_else_is_asked_for_is_a_gp(client, asked):
    assert "<h1>Refer a patient</h1>" in page(client, f"/refer/?as={asked}")


def test_a_gp_finds_the_form_as_before_and_who_refers_herself_finds_it_closed(client):
    assert "The form, for doctors" not in page(client, "/refer/")
    folded = page(client, "/refer/?as=self")
    assert re.search(r'<details class="for-doctors">\s*<summary>The form, for doctors', folded)
    assert 'href="/contact/"' in folded


@pytest.mark.parametrize(("make", "mode"), [(quick_post, "quick"), (referral_post, "full")])
def test_another_role_keeps_what_was_typed_and_sends_nothing(client, make, mode):
    typed = make(greet="physio", reason="role-canary", signed="")
    html = client.post("/refer/?as=physio", typed).content.decode()
    assert f"<h1>{HEADINGS['physio']}</h1>" in html
    assert "role-canary" in html
    assert f'name="mode" value="{mode}"' in html
    assert not Referral.objects.exists()


def test_another_role_keeps_the_files_and_blames_nobody(client):
    typed = quick_post(letter=sample_letter(), greet="hospital", patient_family_name="")
    html = client.post("/refer/?as=hospital", typed).content.decode()
    assert f'name="kept" value="{Attachment.objects.get().pk}"' in html
    assert "There is a problem" not in html


def test_the_role_stays_when_the_form_comes_back(client):
    html = client.post("/refer/", {"as": "hospital", "mode": "quick"}).content.decode()
    assert f"<h1>{HEADINGS['hospital']}</h1>" in html


def test_a_form_that_comes_back_is_open_for_everybody(client):
    html = client.post("/refer/", {"as": "self", "mode": "quick"}).content.decode()
    assert '<details class="for-doctors" open>' in html


def test_a_role_beside_a_whole_form_hinders_no_referral(client):
    client.post("/refer/?as=hospital", quick_post(**{"as": "hospital"}))
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(("number", "on_call"), [("", False), ("1800 555 019", True)])
def test_a_hospital_doctor_reads_first_what_to_do_with_a_patient_who_cannot_wait(
    client, number, on_call
):
    make_clinic(after_hours_telephone=number)
    words = words_of(page(client, "/refer/?as=hospital"))
    first = words.partition("Cannot wait, by day or night?")[2].partition("What to attach")[0]
    assert "the usual way of your own hospital" in first
    assert "read within one working day" in first
    assert ("not an on-call service" in first) != on_call
    assert "send the patient to a hospital" not in words


@pytest.mark.parametrize("role", ["gp", "hospital", "physio"])
def test_what_stands_above_the_form_is_folded_to_one_line_each(client, role):
    html = page(client, f"/refer/?as={role}").partition("</nav>")[2].partition("<form")[0]
    assert '<details class="care-card care-emergency cannot-wait">' in html
    summary = words_of(f"<body>{html.partition('<summary class=')[2].partition('</summary>')[0]}")
    what = "call your own team now" if role == "hospital" else "to an emergency department now"
    assert summary.endswith(f"Some patients cannot wait: {what}")
    outside = re.sub("<details.*?</details>", "", html, flags=re.S)
    assert len(words_of(f"<body>{outside}")) < 400


def test_return_in_a_field_sends_and_goes_to_no_role(client):
    buttons = re.findall(r'<button type="submit" form="form"[^>]*>', page(client, "/refer/"))
    assert "name=" not in buttons[0]


def test_what_the_rebate_needs_is_said_to_whoever_is_no_doctor(client):
    words = words_of(page(client, "/refer/?as=physio"))
    assert "a GP, another specialist or a nurse practitioner" in words
    assert "cannot be dated back" in words_of(page(client, "/refer/?as=self"))


def test_a_physiotherapist_is_named_at_once_and_needs_no_provider_number(client):
    html = page(client, PLACES["physio"])
    assert '<option value="physio" selected>Physiotherapist</option>' in html
    assert html.index('name="name"') < html.index('name="referrer_type"')
    assert "Add more, if you like" in html.partition('name="referrer_type"')[2]
    assert "selected>Physiotherapist" not in page(client, "/refer/")


def test_the_true_reason_is_told_before_it_is_sent_and_on_the_receipt(client):
    post = quick_post(referrer_type="physio", provider_number="")
    asked = client.post("/refer/?as=physio", post, **OURS)
    assert "A physiotherapist’s letter is no referral" in words_of(asked.content.decode())
    assert not Referral.objects.exists()
    post |= {name: asked.context["form"].data[name] for name in ("warned", "form_key")}
    post["letter"] = sample_letter()
    receipt = client.post("/refer/?as=physio", post, **OURS, follow=True)
    assert Referral.objects.get().provider_number == ""
    assert "still needs a doctor’s referral" in words_of(receipt.content.decode())


def test_nobody_blames_the_number_of_who_is_no_doctor(client):
    post = quick_post(referrer_type="physio", provider_number="2426621C")
    asked = client.post("/refer/?as=physio", post, **OURS)
    assert [w.code for w in asked.context["form"].warnings_shown] == ["no_doctor"]


def test_a_doctors_receipt_says_nothing_of_it(client):
    receipt = client.post("/refer/", quick_post(referrer_type="gp"), **OURS, follow=True)
    assert "still needs a doctor" not in words_of(receipt.content.decode())


def test_who_read_it_above_the_form_is_not_stopped_by_what_nobody_can_correct(client):
    post = quick_post(referrer_type="physio", provider_number="")
    assert client.post("/refer/?as=physio", {**post, "as": "physio"}, **OURS).status_code == 302
    assert Referral.objects.get().warnings == ["no_doctor"]


@pytest.mark.parametrize("role", ["gp", "hospital", "physio"])
def test_who_has_sent_one_hears_where_it_is_followed_and_corrected(client, role):
    page = words_of(client.get(f"/refer/?as={role}").content.decode())
    assert "Sent one already? Its receipt, and our mail about it, lead to where" in page
