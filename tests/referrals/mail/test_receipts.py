"""What a sender sees and keeps: the reference, the files, what happens next; never the patient."""

import re
import zoneinfo
from datetime import datetime
from unittest import mock

import pytest
import time_machine
from django.template.loader import render_to_string

from referrals.files import records
from referrals.intake.submitting import submit
from referrals.models import Attachment, Enquiry
from referrals.references import receipt_token
from tests.makers import (
    OF_PATIENT,
    form_key,
    hold_letter,
    quick_post,
    referral,
    referral_post,
    submitted,
    words_of,
)

SYDNEY = zoneinfo.ZoneInfo("Australia/Sydney")
pytestmark = pytest.mark.django_db
FOR_PAPER = re.compile(r'<div class="ring on-paper">.*?</div>', re.DOTALL)


def sent_with_letter():
    key = form_key()
    return submit(enquiry=referral(urgency="routine"), form_key=key, attachments=[hold_letter(key)])


def receipt(client, enquiry):
    return client.get(f"/received/{receipt_token(enquiry.form_key)}/")


def test_a_receipt_numbers_its_files_and_never_names_them(client):
    enquiry = sent_with_letter()
    html = receipt(client, enquiry).content.decode()
    letter = enquiry.attachments.get()
    assert "<strong>File 1</strong> (PDF, " in html
    assert "letter.pdf" not in html
    assert f"SHA-256 {letter.sha256[:12]}…" in html


def test_a_receipt_says_that_a_suspicious_file_is_checked_first(client):
    enquiry = sent_with_letter()
    words = "check this file before they open it"
    assert words not in receipt(client, enquiry).content.decode()
    Attachment.objects.update(state="quarantined")
    assert words in receipt(client, enquiry).content.decode()


def test_a_file_to_mend_is_said_before_the_good_news(client):
    enquiry = sent_with_letter()
    assert "Please mend it" not in words_of(receipt(client, enquiry).content.decode())
    Attachment.objects.update(state="quarantined", suspicions=["needs_password"])
    words = words_of(receipt(client, enquiry).content.decode())
    assert words.index("File 1 asks for a password") < words.index("Your referral has arrived")


def test_what_counted_as_spam_hears_nothing_of_its_files(client):
    enquiry = sent_with_letter()
    Attachment.objects.update(state="quarantined", suspicions=["needs_password"])
    Enquiry.objects.update(status="spam")
    words = words_of(receipt(client, enquiry).content.decode())
    assert "could not use" not in words


@pytest.mark.parametrize("hour", [10, 23])
def test_the_emergency_number_is_said_once_among_the_questions(client, hour):
    enquiry = sent_with_letter()
    with time_machine.travel(datetime(2026, 3, 4, hour, tzinfo=SYDNEY), tick=False):
        html = receipt(client, enquiry).content.decode()
    words = words_of(FOR_PAPER.sub("", html))
    questions = words[words.index("Questions?") : words.index("In an emergency Call")]
    assert questions.count("call 000") == 1


def test_a_receipt_of_an_urgent_referral_asks_to_phone(client):
    html = receipt(client, submitted(referral(urgency="urgent"))).content.decode()
    words = words_of(html)
    assert "This counts as urgent. Do this now:" in words
    assert words.index("Do this now") < words.index("Your referral has arrived")


def test_a_referral_whose_letter_did_not_come_asks_for_it(client):
    client.post("/refer/", quick_post(letter=[""], without_file="on"))
    assert "No letter came" in receipt(client, Enquiry.objects.get()).content.decode()


def test_a_receipt_holds_no_patient_and_no_sender(client):
    html = client.post("/refer/", referral_post(), follow=True).content.decode()
    for secret in [*OF_PATIENT, "Samplegp", "2426621B"]:
        assert secret not in html


def test_the_proof_of_receipt_is_a_file_to_save(client):
    enquiry = submitted(referral())
    url = f"/received/{receipt_token(enquiry.form_key)}/receipt.pdf"
    assert url in receipt(client, enquiry).content.decode()
    with mock.patch.object(records, "receipt_pdf", create=True, return_value=b"%PDF") as asked:
        response = client.get(url)
    assert asked.call_args.kwargs["enquiry"].pk == enquiry.pk
    assert response.content == b"%PDF"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{enquiry.reference}.pdf"'


@pytest.mark.parametrize("path", ["/received/{}/", "/received/{}/receipt.pdf"])
def test_a_wrong_address_finds_nothing(client, path):
    token = receipt_token(submitted().form_key)
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert client.get(path.format(wrong)).status_code == 404


def test_receipts_are_never_stored_by_caches_or_indexed(client):
    response = receipt(client, submitted())
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


EMERGENCY = "Send the patient to an emergency department now, or call 000. Do not wait for us."


@pytest.mark.parametrize("urgency", ["routine", "soon", "urgent"])
@pytest.mark.parametrize("flag", ["cauda_equina", "leg_weakness", "infection", "trauma"])
def test_an_emergency_sign_sends_the_patient_to_hospital_not_to_us(client, flag, urgency):
    enquiry = submitted(referral(red_flags=["cancer", flag], urgency=urgency))
    html = receipt(client, enquiry).content.decode()
    words = words_of(html)
    assert EMERGENCY in words
    assert words.index(EMERGENCY) < words.index("Your referral has arrived")
    assert '<a href="tel:000">000</a>' in html
    assert "working day" not in words


@pytest.mark.parametrize(("flag", "urgent"), [("cancer", True), ("none", False)])
def test_other_referrals_are_not_sent_to_hospital(client, flag, urgent):
    enquiry = submitted(referral(red_flags=[flag], urgency="urgent" if urgent else "routine"))
    html = receipt(client, enquiry).content.decode()
    assert EMERGENCY not in words_of(html)
    assert ("This counts as urgent" in html) == urgent
    assert ("one working day" in html) != urgent


def test_a_message_has_no_urgency(client):
    assert "counts as urgent" not in receipt(client, submitted()).content.decode()


def test_the_proof_of_receipt_sends_to_hospital_too():
    enquiry = submitted(referral(red_flags=["infection"], urgency="urgent"))
    words = words_of(render_to_string("referrals/pdf/receipt.html", records.context_of(enquiry)))
    assert EMERGENCY in words
    assert "working day" not in words
    calm = submitted(referral(red_flags=["none"], urgency="routine", reason="Another"))
    words = render_to_string("referrals/pdf/receipt.html", records.context_of(calm))
    assert EMERGENCY not in words_of(words)
    assert "one working day" in words
