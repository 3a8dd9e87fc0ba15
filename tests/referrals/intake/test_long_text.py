"""A pasted report is kept to its last word, in the form, the record, the inbox and the mail."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client
from pypdf import PdfReader

from referrals.files import records
from referrals.inbox import enquiry_page
from referrals.intake.forms import MessageForm
from referrals.intake.referral_fields import LONGEST_CLINICAL
from referrals.intake.referral_forms import FullReferralForm, QuickReferralForm
from referrals.mail import delivery
from referrals.models import Referral
from tests.makers import message_post, referral, referral_post, submitted

pytestmark = pytest.mark.django_db
CLINICAL = ["reason", "history", "treatments_tried", "imaging", "medicines", "allergies"]
LAST = "CONCLUSION: no fracture."


def report(length=4201, *, last=LAST):
    words = "Sample finding of the left joint. " * (length // 30)
    return words[: length - len(last)] + last


@pytest.mark.parametrize("form_class", [MessageForm, QuickReferralForm, FullReferralForm])
def test_no_field_has_a_length_at_which_a_browser_cuts(form_class):
    form = form_class()
    assert not any("maxlength" in str(form[name]) for name in form.fields)


def test_a_report_of_4201_characters_is_stored_with_its_conclusion(client):
    typed = dict.fromkeys(CLINICAL, report())
    assert client.post("/refer/", referral_post(**typed)).status_code == 302
    stored = Referral.objects.get()
    assert {name: getattr(stored, name) for name in CLINICAL} == typed


def test_too_much_is_counted_next_to_its_field_and_kept(client):
    text = report(LONGEST_CLINICAL + 1)
    html = client.post("/refer/", referral_post(history=text)).content.decode()
    assert "history: this has 20,001 characters. That is 1 too many" in html
    assert text in html
    assert not Referral.objects.exists()


def test_line_breaks_count_once(client):
    text = "\r\n".join(["x" * 99] * 200)  # 19,999 as people see it
    assert client.post("/refer/", referral_post(reason=text)).status_code == 302


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
def test_six_full_fields_of_four_byte_characters_come_through(kind):
    client = Client()
    data = referral_post(**dict.fromkeys(CLINICAL, "𝒳" * LONGEST_CLINICAL))
    if kind == "multipart":
        response = client.post("/refer/", data)
    else:
        form = "application/x-www-form-urlencoded"
        body = urlencode(data, doseq=True)
        response = client.generic("POST", "/refer/", body, content_type=form)
    assert response.status_code == 302
    assert len(Referral.objects.get().allergies) == LONGEST_CLINICAL


def test_a_long_message_comes_through(client):
    assert client.post("/contact/", message_post(text="𝒳" * 10_000)).status_code == 302


def words_of(pdf):
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.split())


def test_the_record_holds_the_last_word_of_each_field():
    ends = {name: f"END-OF-{name.upper()}" for name in CLINICAL}
    texts = {name: report(LONGEST_CLINICAL, last=end) for name, end in ends.items()}
    words = words_of(records.record_pdf(enquiry=submitted(referral(**texts))))
    for end in ends.values():
        assert end in words


def test_the_inbox_and_the_full_mail_hold_it_too(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    settings.NOTIFY_DETAIL = "full"
    mail.outbox = []
    enquiry = submitted(referral(reason=report(LONGEST_CLINICAL)))
    rows = [value for section in enquiry_page.sections(enquiry) for _, value in section.rows]
    assert any(str(value).endswith(LAST) for value in rows)
    while delivery.deliver_one():
        pass
    to_rooms = next(letter for letter in mail.outbox if "rooms@" in letter.to[0])
    assert LAST in to_rooms.body
