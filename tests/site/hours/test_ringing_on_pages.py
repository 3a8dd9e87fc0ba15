"""Wherever somebody is told to ring, the page says what helps at that hour."""

from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from clinic_site.models import Clinic
from conditions.publishing.verbs import publish_starter
from referrals.files import records
from referrals.intake import spam
from referrals.mail.texts import write_letter
from referrals.models import Notification
from referrals.references import receipt_token
from referrals.urgency import is_emergency
from tests.makers import (
    add_block,
    make_clinic,
    make_page,
    message_post,
    referral,
    submitted,
    with_status_link,
    words_of,
)

pytestmark = pytest.mark.django_db

SYDNEY = ZoneInfo("Australia/Sydney")
SUNDAY = datetime(2026, 11, 22, 21, tzinfo=SYDNEY)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SYDNEY)
CLOSED = "The rooms are closed"
AFTER_HOURS = {"after_hours_telephone": "1800 555 019", "after_hours_words": "The surgeon on call."}
LINK = '<a href="tel:1800555019">1800 555 019</a>'


def urgent():
    enquiry = submitted(referral(urgency="urgent"))
    return enquiry, with_status_link(enquiry)


def addresses():
    """Every page with words of its own that tell somebody to ring."""
    enquiry, token = urgent()
    page = make_page()
    add_block(page, "care_card", heading="Call our rooms today if:")
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=SYDNEY))
    receipt = f"/received/{receipt_token(enquiry.form_key)}/"
    status, guess = f"/status/{token}/", f"/status/{'0' * 32}/"
    return [receipt, status, guess, "/refer/", "/contact/", "/nowhere/", page.get_absolute_url()]


@pytest.fixture
def read(client):
    def page_at(moment, address):
        with time_machine.travel(moment, tick=False):
            return client.get(address).content.decode()

    return page_at


def test_no_page_sends_anybody_to_closed_rooms(read):
    for address in addresses():
        main = read(SUNDAY, address).partition("<main")[2].partition("<footer")[0]
        assert CLOSED in main, address
        assert "hospital emergency department" in main, address
        assert "Ring the rooms now" not in main, address


def test_every_page_has_the_after_hours_number_to_press(read):
    make_clinic(**AFTER_HOURS)
    for address in addresses():
        assert LINK in read(SUNDAY, address).partition("<main")[2].partition("<footer")[0], address


def test_by_day_every_page_says_until_when(read):
    for address in addresses():
        main = read(MONDAY, address).partition("<main")[2].partition("<footer")[0]
        assert "They are open until 5 pm (Sydney time)." in main, address


@pytest.mark.parametrize("moment", [SUNDAY, MONDAY])
def test_on_receipt_and_status_page_it_stands_above_all_else(read, moment):
    for address in addresses()[:2]:
        main = read(moment, address).partition("<main")[2]
        assert main.index("Do this now") < main.index('<section class="receipt"') < len(main)


def test_a_referral_that_is_decided_no_longer_says_do_this_now(read):
    enquiry, token = urgent()
    enquiry.events.create(kind="opened", at=MONDAY)
    type(enquiry).objects.update(status="accepted", opened_at=MONDAY)
    html = read(MONDAY, f"/status/{token}/")
    assert "Do this now" not in html
    assert "If the patient gets worse" in html


@pytest.mark.parametrize("moment", [SUNDAY, MONDAY])
def test_whoever_wrote_of_herself_is_not_told_to_send_a_patient(read, moment):
    token = with_status_link(submitted())
    words = words_of(read(moment, f"/status/{token}/"))
    assert "If it gets worse" in words
    assert "the patient" not in words
    assert "In an emergency call 000" in words


def test_a_public_page_is_the_same_for_every_visitor_and_changes_with_the_hour(client):
    page = make_page()
    add_block(page, "care_card", heading="Call our rooms today if:")
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=SYDNEY))
    tags = []
    for moment in [SUNDAY, SUNDAY, MONDAY]:
        with time_machine.travel(moment, tick=False):
            tags.append(client.get(page.get_absolute_url())["ETag"])
    assert tags[0] == tags[1] != tags[2]


def test_a_card_that_does_not_name_us_is_left_alone(read):
    page = make_page()
    add_block(page, "care_card", heading="Ask for a GP appointment today if:")
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=SYDNEY))
    html = read(SUNDAY, page.get_absolute_url())
    assert CLOSED not in html.partition("<main")[2]
    assert "{ring_now}" not in html


def test_a_flood_at_night_says_what_to_do(client):
    with mock.patch.object(spam, "is_flood", return_value=True):
        with time_machine.travel(SUNDAY, tick=False):
            response = client.post("/contact/", message_post())
    assert response.status_code == 429
    assert CLOSED in response.content.decode()


def test_too_large_at_night_says_what_to_do(client):
    with time_machine.travel(SUNDAY, tick=False):
        response = client.post("/contact/", {"text": "x" * 1_100_000})
    assert response.status_code == 413
    assert CLOSED in response.content.decode()


def test_with_the_database_away_the_last_known_hours_count():
    Clinic.with_rooms()
    with time_machine.travel(SUNDAY, tick=False):
        html = render_to_string("errors/503.html", {"clinic": Clinic.last_known()})
    assert CLOSED in html


@pytest.mark.parametrize("kind", ["text", "html"])
def test_a_mail_is_true_whenever_it_is_read(kind):
    make_clinic(**AFTER_HOURS)
    enquiry, _ = urgent()
    letter = write_letter(Notification(kind="receipt", enquiry=enquiry, recipient="a@b.example"))
    words = letter.body if kind == "text" else words_of(str(letter.alternatives[0][0]))
    assert "Monday to Friday 8 am to 5 pm (Sydney time)" in words
    assert "At other times ring our after-hours number, 1800 555 019. The surgeon on call." in words
    assert "now on" not in words


def test_the_proof_of_receipt_is_true_whenever_it_is_read():
    enquiry = submitted(referral(red_flags=["infection"], urgency="urgent"))
    assert is_emergency(enquiry)
    words = words_of(render_to_string("referrals/pdf/receipt.html", records.context_of(enquiry)))
    assert "Send the patient to an emergency department now, or call 000." in words
    assert "while they are open: Monday to Friday 8 am to 5 pm (Sydney time)" in words


def test_words_without_a_number_are_refused():
    clinic = make_clinic()
    clinic.after_hours_words = "The surgeon on call."
    with pytest.raises(ValidationError, match="Give the after-hours number too"):
        clinic.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        clinic.save()


@pytest.mark.parametrize("number", ["1800 555 019 (Dr Lee)", "ask the hospital", "x"])
def test_a_number_that_cannot_be_dialled_is_refused(number):
    clinic = make_clinic()
    clinic.after_hours_telephone = number
    with pytest.raises(ValidationError, match="Write the number alone"):
        clinic.full_clean()


@pytest.mark.parametrize("number", ["(02) 5550 1234", "+61 2 5550 1234", "13 11 26", "0491570156"])
def test_numbers_as_people_write_them_are_taken(number):
    clinic = make_clinic()
    clinic.after_hours_telephone = number
    clinic.full_clean()
