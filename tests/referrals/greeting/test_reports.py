"""A physiotherapist's report on a patient whom a doctor referred is nowhere called a referral."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string

from referrals.files.records import context_of
from referrals.mail import delivery
from referrals.models import Referral
from referrals.references import receipt_token
from tests.makers import (
    make_clinic,
    quick_post,
    referral,
    submitted,
    with_status_link,
    words_of,
)

pytestmark = pytest.mark.django_db
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
REPORT = {"referrer_type": "physio", "warnings": [Referral.REPORT]}
LETTER = {"referrer_type": "physio", "warnings": ["no_doctor"]}


def pages_of(client, enquiry):
    paths = [f"/received/{receipt_token(enquiry.form_key)}/"]
    paths.append(f"/status/{with_status_link(enquiry)}/")
    pages = [client.get(path).content.decode() for path in paths]
    return [words_of(html.replace("<main", "<body").partition("</main>")[0]) for html in pages]


def test_the_page_for_therapists_asks_whether_it_is_a_report_and_no_other_does(client):
    assert 'name="is_report"' in client.get("/refer/?as=physio").content.decode()
    assert "I sign this letter electronically" in client.get("/refer/?as=physio").content.decode()
    assert 'name="is_report"' not in client.get("/refer/").content.decode()


def test_a_report_is_sent_without_a_word_on_the_rebate_and_kept_as_one(client):
    post = quick_post(referrer_type="physio", provider_number="", is_report="on")
    receipt = client.post("/refer/", post, **OURS, follow=True)
    assert Referral.objects.get().warnings == [Referral.REPORT]
    words = words_of(receipt.content.decode())
    assert "Your report has arrived" in words
    assert "still needs a doctor" not in words


@pytest.mark.parametrize(("is_report", "stored"), [("on", 1), ("", 0)])
def test_a_report_alone_goes_without_the_patients_telephone(client, is_report, stored):
    post = quick_post(referrer_type="physio", is_report=is_report, patient_phone="")
    page = client.post("/refer/", post, **OURS, follow=True).content.decode()
    assert Referral.objects.count() == stored
    assert ("Patient’s telephone: please fill this in" in page) is not bool(stored)


def test_who_forgets_the_file_is_not_asked_for_a_referral(client):
    post = quick_post(referrer_type="physio", is_report="on", letter=[""])
    words = words_of(client.post("/refer/", post, **OURS).content.decode())
    assert "Attach your letter or report, or use the full form." in words
    assert "Attach the referral letter" not in words


def test_a_doctors_tick_by_a_forged_form_makes_no_report(client):
    client.post("/refer/", quick_post(referrer_type="gp", is_report="on"), **OURS)
    assert not Referral.objects.get().is_report


def test_receipt_and_status_promise_a_report_no_visit(client):
    for words in pages_of(client, submitted(referral(**REPORT))):
        assert "eport" in words
        assert not re.search("Your referral|withdraw the referral|We ring the patient", words)


def test_a_therapists_letter_without_a_referral_is_told_what_it_needs(client):
    receipt, _ = pages_of(client, submitted(referral(**LETTER)))
    assert "Your referral has arrived" in receipt
    assert "still needs a doctor’s referral" in receipt


def test_the_mails_to_the_rooms_and_to_the_sender_call_it_a_report(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    make_clinic()
    submitted(referral(**REPORT), may_mail_receipt=True)
    while delivery.deliver_one():
        pass
    rooms = next(m for m in mail.outbox if "New" in m.subject)
    sender = next(m for m in mail.outbox if "has arrived" in m.subject)
    assert rooms.subject.startswith("New report ")
    assert sender.subject.startswith("Your report ")
    assert "put it with the doctor’s referral" in sender.body
    assert "We ring the patient" not in sender.body


def test_the_proof_of_receipt_calls_it_a_report():
    made = submitted(referral(**REPORT))
    words = words_of(render_to_string("referrals/pdf/receipt.html", context_of(made)))
    assert "received this report" in words
    assert "a report on a patient whom a doctor referred" in words
    assert "still needs a doctor" not in words
