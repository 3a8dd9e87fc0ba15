"""What the sender of an erased enquiry meets: a calm sentence, and nothing that comes back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.intake.submitting import FormErased, submit
from referrals.models import Attachment, Enquiry, Notification
from referrals.references import receipt_token, status_token
from referrals.retention.erasing import erase
from referrals.workflow import verbs
from tests.makers import (
    form_key,
    message,
    message_post,
    quick_post,
    referral,
    referral_post,
    sample_pdf,
    words_of,
)

pytestmark = pytest.mark.django_db
SENTENCE = "The rooms hold nothing under this link any more."


def erased(enquiry, robin, kim):
    verbs.ask_erasure(enquiry=enquiry, by=robin, note="Asked.")
    return erase(enquiry=enquiry, by=kim)


@pytest.fixture
def gone(robin, kim):
    """The key of a form whose referral was erased."""
    key = form_key()
    erased(submit(enquiry=referral(), form_key=key), robin, kim)
    return key


def test_the_status_link_says_so(client, gone):
    response = client.get(f"/status/{status_token(gone)}/")
    assert (response.status_code, SENTENCE in words_of(response.text)) == (410, True)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "SIJ-" not in response.text


def test_so_does_the_button_of_a_status_page_that_was_open_meanwhile(client, gone):
    response = client.post(f"/status/{status_token(gone)}/change/")
    assert (response.status_code, SENTENCE in words_of(response.text)) == (410, True)


def test_a_link_that_was_switched_off_before_opens_nothing_as_it_did(client, robin, kim):
    key = form_key()
    enquiry = submit(enquiry=referral(), form_key=key)
    verbs.revoke_status_link(enquiry=enquiry, by=robin)
    erased(enquiry, robin, kim)
    assert client.get(f"/status/{status_token(key)}/").status_code == 404


def test_the_receipt_says_so_too(client, gone):
    for address in ["", "receipt.pdf"]:
        response = client.get(f"/received/{receipt_token(gone)}/{address}")
        assert (response.status_code, SENTENCE in words_of(response.text)) == (410, True)
    assert client.get(f"/received/{receipt_token(gone)}/another/")["Location"] == "/refer/"


def test_a_wrong_link_is_still_a_wrong_link(client, gone):
    assert client.get(f"/status/{'0' * 32}/").status_code == 404
    for address in [f"/received/{'0' * 32}/", "/received/abc…/", "/received/0/receipt.pdf"]:
        response = client.get(address)
        assert response.status_code == 404
        assert "This link opens nothing" in words_of(response.text)
        assert 'href="tel:0255501234"' in response.text
        assert "noindex" in response["X-Robots-Tag"]


def send(client, address, post):
    return client.post(address, post, HTTP_SEC_FETCH_SITE="same-origin")


def test_a_second_press_of_a_message_stores_nothing_and_loses_nothing(client, robin, kim):
    post = message_post()
    send(client, "/contact/", post)
    erased(Enquiry.objects.get(), robin, kim)
    response = send(client, "/contact/", post)
    assert response.status_code == 409
    assert "what it brought was erased" in words_of(response.text)
    assert post["text"] in response.text
    assert post["form_key"] not in response.text
    assert not Enquiry.objects.exists()
    assert not Notification.objects.exists()


def test_a_second_press_of_a_referral_holds_its_letter_for_a_new_form(client, robin, kim):
    letter = SimpleUploadedFile("letter.pdf", sample_pdf(), "application/pdf")
    post = quick_post(letter=letter)
    send(client, "/refer/", post)
    erased(Enquiry.objects.get(), robin, kim)
    letter.seek(0)
    response = send(client, "/refer/", post)
    assert response.status_code == 409
    assert "Samplepatient" in response.text
    assert not Enquiry.objects.exists()
    assert Attachment.objects.exclude(held_for="").count() == 1


def test_the_same_content_of_an_erased_resend_does_not_come_back(robin, kim):
    key = form_key()
    submit(enquiry=message(), form_key=key)
    later = submit(enquiry=message(text="With another word."), form_key=key)
    erased(later, robin, kim)
    with pytest.raises(FormErased):
        submit(enquiry=message(text="With another word."), form_key=key)
    assert submit(enquiry=message(text="Another one."), form_key=key).resend_of is not None


def test_what_comes_back_is_sent_once_she_presses_again(client, robin, kim):
    post = referral_post()
    send(client, "/refer/", post)
    erased(Enquiry.objects.get(), robin, kim)
    page = send(client, "/refer/", post).text
    key = page.partition('name="form_key" value="')[2].partition('"')[0]
    response = send(client, "/refer/", {**post, "form_key": key})
    assert response.status_code == 302
    assert Enquiry.objects.count() == 1
