"""One moment is one time wherever the rooms and a sender read it: the clinic's own."""

import re
import threading
from datetime import UTC, datetime
from io import BytesIO
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from pypdf import PdfReader

from clinic_site.models import Clinic
from referrals.management.commands.deliver_mail import Command
from referrals.references import receipt_token
from referrals.workflow import verbs
from tests.makers import make_user, referral, signed_in, submitted, with_status_link

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
IN_PERTH = "4.30 am"  # of the 21st; half past seven in Sydney, five in the afternoon elsewhere
INBOX = "/admin/referrals/enquiry/"


@pytest.fixture
def staff(client):
    names = ["view_enquiry", "change_enquiry", "view_notification", "view_accesslog"]
    return signed_in(client, make_user(*[f"referrals.{name}" for name in names]))


@pytest.fixture
def enquiry():
    return submitted(referral(signed_at=MOMENT), at=MOMENT)


@pytest.fixture
def opened(enquiry):
    reader = make_user("referrals.view_enquiry", username="kim")
    return verbs.open_(enquiry=enquiry, by=reader, at=MOMENT)


def is_told_in_perth(html):
    html = html.replace(":30 a.m.", ".30 am")  # as the admin itself writes a column
    assert IN_PERTH in html
    assert not re.search(r"\b(7[.:]30 a|8[.:]30 p)\.?m", html)
    return "21 Nov 2026" in html or "21 November 2026" in html


@pytest.mark.parametrize(
    "address", [INBOX, "/admin/referrals/notification/", "/admin/referrals/accesslog/"]
)
def test_the_lists_of_the_rooms(staff, opened, address):
    assert is_told_in_perth(staff.get(f"{address}?show=all" if address == INBOX else address).text)


def test_an_enquiry_and_each_line_of_its_timeline(staff, opened):
    html = staff.get(opened.get_admin_url()).text
    assert is_told_in_perth(html)
    assert html.count(IN_PERTH) >= 4  # received, opened, and both in the timeline


def test_a_person_who_is_found(staff, enquiry):
    asked = {"family_name": enquiry.referral.patient_family_name}
    html = staff.post(f"{INBOX}find/", asked).text
    assert enquiry.reference in html
    assert is_told_in_perth(html)


def test_the_receipt_names_the_zone(client, enquiry):
    html = client.get(f"/received/{receipt_token(enquiry.form_key)}/").text
    assert is_told_in_perth(html)
    assert f"{IN_PERTH} AWST" in html


def test_the_status_page(client, opened):
    assert is_told_in_perth(client.get(f"/status/{with_status_link(opened)}/").text)


def test_the_proof_of_receipt_as_a_file(client, enquiry):
    pdf = client.get(f"/received/{receipt_token(enquiry.form_key)}/receipt.pdf").content
    words = " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "21 November 2026" in words
    assert "4:30:00 am" in words
    assert "AWST" in words


@pytest.fixture
def delivered(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail

    mail.outbox = []
    return mail.outbox


def test_each_mail_that_the_process_writes(delivered, enquiry):
    with time_machine.travel(MOMENT, tick=False):
        call_command("deliver_mail", once=True)
    assert len(delivered) == 2  # to the rooms, and the receipt
    for letter in delivered:
        assert is_told_in_perth(letter.body)
        assert is_told_in_perth(letter.alternatives[0].content)


@pytest.mark.django_db(transaction=True)  # a round closes what it finds unusable
def test_the_mail_process_follows_a_clinic_that_moves(delivered):
    command = Command()
    command.stopping, command.chores = threading.Event(), mock.Mock()
    for zone in ["Australia/Perth", "Pacific/Auckland"]:
        Clinic.objects.update(time_zone=zone)
        with time_machine.travel(MOMENT, tick=False):
            submitted()
            command.go_round()
    assert [IN_PERTH in letter.body for letter in delivered] == [True, False]
    assert "9.30 am" in delivered[1].body
