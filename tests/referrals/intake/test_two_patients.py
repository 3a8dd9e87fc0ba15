"""A form that was sent for one patient never carries anything of hers to another one."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine

from referrals.intake import submitting
from referrals.intake.patients import OtherPerson
from referrals.models import Attachment, Enquiry, Referral
from referrals.references import receipt_token
from tests.makers import (
    PATIENT,
    aged_form_key,
    form_key,
    hold_letter,
    message,
    message_post,
    quick_post,
    referral,
    referral_post,
    sample_letter,
)

pytestmark = pytest.mark.django_db
ANN = {"patient_given_names": "Ann", "patient_birth_date": "2/3/1990"}


def value_of(html, name):
    return re.search(rf'name="{name}"(?: value="([^"]*)")?', html)[1] or ""


def kept_in(html):
    return re.findall(r'name="kept" value="([^"]+)"', html)


def sent_then(client, first, **changes):
    """Send a form, go back, change it and send it again with the letter that stood there."""
    client.post("/refer/", first)
    kept = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    return client.post("/refer/", {**first, "letter": [""], "kept": kept, **changes})


def test_another_patient_in_the_same_form_stores_nothing_and_is_told(client):
    response = sent_then(client, quick_post(), **ANN)
    html = response.content.decode()
    assert response.status_code == 409
    assert Enquiry.objects.count() == 1
    assert "Another patient: this is not sent yet" in html
    assert Enquiry.objects.get().reference in html


def test_letter_signs_urgency_and_signature_of_the_first_are_gone(client):
    html = sent_then(client, quick_post(urgency="urgent"), **ANN).content.decode()
    assert kept_in(html) == []
    assert value_of(html, "form_key") != ""
    for name in ["red_flags", "signed"]:
        assert not re.search(rf'name="{name}"[^>]*checked', html)
    assert re.search(r'name="urgency" value="routine"[^>]*checked', html)
    for words in ["attach the letter of this patient", "answer again", "Please sign for this"]:
        assert words in html


def test_what_was_typed_for_this_patient_and_the_doctors_details_stay(client):
    first = quick_post(practice_name="Sample Practice", allergies="Penicillin")
    html = sent_then(client, first, patient_phone="0491 570 157", **ANN).content.decode()
    kept = ["Ann", "2/3/1990", "0491 570 157", "Dr Sam Samplegp", "Sample Practice", "2426621B"]
    for words in kept:
        assert f'value="{words}"' in html
    for leftover in ["Penicillin", f'value="{PATIENT}"']:
        assert leftover not in html


def test_the_new_form_has_a_key_of_its_own_and_goes_through(client):
    first = quick_post()
    html = sent_then(client, first, **ANN).content.decode()
    key = value_of(html, "form_key")
    assert key != first["form_key"]
    response = client.post("/refer/", {**quick_post(), **ANN, "form_key": key})
    assert response.status_code == 302
    ann = Referral.objects.latest("pk")
    assert (ann.patient_given_names, ann.resend_of) == ("Ann", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"patient_given_names": "John"},
        {"patient_family_name": "Samplepatien"},
        {"patient_birth_date": "30/1/1980"},
        {"patient_birth_date": "31/13/1980"},
        {"patient_birth_date": ""},
        {"patient_given_names": "", "patient_family_name": ""},
    ],
)
def test_what_is_not_surely_the_same_patient_counts_as_another(client, changes):
    assert sent_then(client, quick_post(), **changes).status_code == 409
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("names", "again"),
    [
        (("Zoë Ann", "O’Brien-Sample"), ("ZOE-ANN", "obrien sample")),
        (("Jo", "Straße"), ("jo ", "STRASSE")),
        (("राम", "Sample"), ("राम", "sample")),
        (("", "Solo"), ("Solo", "")),
    ],
)
def test_the_same_patient_written_otherwise_is_a_resend(client, names, again):
    fields = ["patient_given_names", "patient_family_name"]
    first = referral_post(one_name="on", **dict(zip(fields, names, strict=True)))
    client.post("/refer/", first)
    changed = {**first, **dict(zip(fields, again, strict=True)), "patient_birth_date": "1980-01-31"}
    response = client.post("/refer/", {**changed, "reason": "Edited"})
    assert response.status_code == 302
    assert Referral.objects.latest("pk").resend_of is not None


def test_vowel_signs_tell_names_apart(client):
    first = referral_post(patient_given_names="राम")
    client.post("/refer/", first)
    assert client.post("/refer/", {**first, "patient_given_names": "रामा"}).status_code == 409


def test_a_new_letter_is_held_for_the_new_form_and_the_old_one_dropped(client):
    first = quick_post(letter=sample_letter("jo.pdf"))
    client.post("/refer/", first)
    files = [sample_letter("jo.pdf"), sample_letter("ann.pdf", words="About Ann")]
    html = client.post("/refer/", {**first, **ANN, "letter": files}).content.decode()
    assert "<strong>ann.pdf</strong>" in html
    assert "<strong>jo.pdf</strong>" not in html
    assert len(kept_in(html)) == 1


def test_a_forged_post_with_a_new_key_cannot_take_the_first_letter(client):
    client.post("/refer/", quick_post())
    theirs = str(Attachment.objects.get().pk)
    forged = {**quick_post(letter=[""]), **ANN, "kept": [theirs], "form_key": aged_form_key()}
    response = client.post("/refer/", forged)
    assert response.status_code == 422
    assert kept_in(response.content.decode()) == []
    assert Enquiry.objects.count() == 1


def test_switching_the_form_is_no_way_around(client):
    html = sent_then(client, quick_post(), switch="1", **ANN).content.decode()
    assert value_of(html, "mode") == "full"
    assert kept_in(html) == []


def test_the_verb_itself_refuses_another_patient():
    key = form_key()
    first = submitting.submit(enquiry=referral(), form_key=key)
    with pytest.raises(OtherPerson) as other:
        submitting.submit(enquiry=referral(patient_given_names="Ann"), form_key=key)
    assert other.value.first.pk == first.pk
    assert Enquiry.objects.count() == 1


def test_an_old_row_without_a_digest_is_no_exception():
    key = form_key()
    first = submitting.submit(enquiry=referral(), form_key=key)
    Enquiry.objects.filter(pk=first.pk).update(content_digest="")
    with pytest.raises(OtherPerson):
        submitting.submit(enquiry=referral(patient_given_names="Ann"), form_key=key)


def test_the_verb_copies_no_file_of_any_other_enquiry():
    key, other = form_key(), form_key()
    theirs = hold_letter(other)
    submitting.submit(enquiry=referral(), form_key=other, attachments=[theirs])
    submitting.submit(enquiry=referral(), form_key=key)
    theirs.refresh_from_db()
    with pytest.raises(submitting.uploads.FileGone):
        submitting.submit(enquiry=referral(reason="x"), form_key=key, attachments=[theirs])


def test_a_patient_who_is_stored_while_the_form_is_on_its_way_stops_it(client):
    first = quick_post()
    real = submitting.submit

    def slow(**kwargs):
        real(enquiry=referral(), form_key=kwargs["form_key"])
        return real(**kwargs)

    with mock.patch("referrals.intake.views.submit", slow):
        response = client.post("/refer/", {**first, **ANN})
    assert response.status_code == 409
    assert Referral.objects.get().patient_given_names == "Jo"
    assert not Referral.objects.get().attachments.exists()


def test_a_letter_attached_under_another_name_is_asked_about_once(client):
    html = client.post("/refer/", quick_post(email="")).content.decode()
    again = quick_post(
        letter=[""],
        kept=kept_in(html),
        form_key=value_of(html, "form_key"),
        letter_for=value_of(html, "letter_for"),
        **ANN,
    )
    html = client.post("/refer/", again).content.decode()
    assert "This looks like another patient" in html
    assert not Enquiry.objects.exists()
    again["letter_for"] = value_of(html, "letter_for")
    assert client.post("/refer/", again).status_code == 302


def signed_and_ticked(html):
    return [re.search(rf'id="{i}"[^>]*\bchecked', html) for i in ("id_signed", "id_red_flags_5")]


def typed_over(client, **changes):
    """A form that came back once with a letter, sent again with other words."""
    html = client.post("/refer/", quick_post(email="")).content.decode()
    assert all(signed_and_ticked(html))
    again = {name: value_of(html, name) for name in ("form_key", "letter_for")}
    again = quick_post(letter=[""], kept=kept_in(html), **again, **changes)
    return client.post("/refer/", again).content.decode()


def test_another_patient_over_an_unsent_one_is_ticked_and_signed_for_anew(client):
    html = typed_over(client, **ANN)
    assert "This looks like another patient" in html
    assert signed_and_ticked(html) == [None, None]
    assert "Send anyway" not in html
    assert 'href="#id_red_flags_0"' in html


@pytest.mark.parametrize("corrected", ["patient_given_names", "patient_birth_date"])
def test_one_corrected_fact_leaves_the_signature(client, corrected):
    html = typed_over(client, **{corrected: ANN[corrected]})
    assert "Whose letter is it?" in html
    assert all(signed_and_ticked(html))


def test_a_letter_attached_before_the_birth_date_was_right_is_not_asked_about(client):
    html = client.post("/refer/", quick_post(patient_birth_date="never")).content.decode()
    again = quick_post(
        letter=[""],
        kept=kept_in(html),
        form_key=value_of(html, "form_key"),
        letter_for=value_of(html, "letter_for"),
    )
    assert client.post("/refer/", again).status_code == 302


def test_the_mark_beside_a_letter_names_nobody(client):
    html = client.post("/refer/", quick_post(email="")).content.decode()
    assert re.fullmatch("[0-9a-f]{16}(:[0-9a-f]{16}){2}", value_of(html, "letter_for"))


def test_another_person_in_the_same_message_is_asked_for_an_own_telephone(client):
    first = message_post()
    client.post("/contact/", first)
    changed = {**first, "name": "Robin Samplewriter", "text": "Another question"}
    response = client.post("/contact/", changed)
    html = response.content.decode()
    assert response.status_code == 409
    assert Enquiry.objects.count() == 1
    assert "Another question" in html
    assert "alex@sample.example" not in html
    assert value_of(html, "phone") == ""


def test_the_same_person_may_write_again(client):
    first = message_post()
    client.post("/contact/", first)
    assert client.post("/contact/", {**first, "text": "I forgot"}).status_code == 302
    assert Enquiry.objects.filter(resend_of__isnull=False).count() == 1


def test_a_key_of_a_message_brings_no_referral():
    key = form_key()
    submitting.submit(enquiry=message(), form_key=key)
    with pytest.raises(OtherPerson):
        submitting.submit(enquiry=referral(), form_key=key)


OURS = {"sec-fetch-site": "same-origin"}


def receipt_of(client):
    client.post("/refer/", quick_post(practice_name="Sample Practice"))
    return receipt_token(Referral.objects.get().form_key)


def test_refer_another_patient_keeps_the_doctor_and_nobody_else(client):
    html = client.get(f"/received/{receipt_of(client)}/another/", headers=OURS).content.decode()
    for words in ["Dr Sam Samplegp", "2426621B", "sam@practice.example", "Sample Practice"]:
        assert f'value="{words}"' in html
    for words in [
        PATIENT,
        "0491 570 156",
        ">31/01/1980",
        "letter.pdf",
        'name="kept"',
        "checked></label>",
    ]:
        assert words not in html
    assert re.search(r'<form class="form"[^>]* action="/refer/"', html)
    assert value_of(html, "form_key")


@pytest.mark.parametrize(("hours", "stays"), [(2, True), (24, False)])
def test_a_receipt_brings_the_doctor_back_on_its_own_day_only(client, hours, stays):
    with time_machine.travel("2026-11-20 00:00+00:00", tick=False):  # 11 am in Sydney
        token = receipt_of(client)
    with time_machine.travel(
        datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hours), tick=False
    ):
        response = client.get(f"/received/{token}/another/", headers=OURS)
    assert (response.status_code == 200) is stays
    assert stays or response["Location"] == "/refer/"


def test_a_wrong_token_and_a_message_bring_nobody(client):
    assert client.get(f"/received/{'0' * 32}/another/", headers=OURS).status_code == 404
    key = form_key()
    submitting.submit(enquiry=message(), form_key=key)
    address = f"/received/{receipt_token(key)}/another/"
    assert client.get(address, headers=OURS)["Location"] == "/refer/"


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site", None])
def test_a_link_that_somebody_sent_brings_no_doctor(client, site):
    """A stranger refers a sample, and sends its link on: the next form would bear her details."""
    headers = {"sec-fetch-site": site} if site else {}
    token = receipt_of(client)
    response = client.get(f"/received/{token}/another/", headers=headers)
    assert response["Location"] == "/refer/"
    receipt = client.get(f"/received/{token}/", headers=headers).content.decode()
    assert 'href="/refer/">Refer another patient' in receipt
    assert "Only your own details stay" not in receipt
    mine = client.get(f"/received/{token}/", headers=OURS).content.decode()
    assert f'href="/received/{token}/another/">Refer another patient' in mine
