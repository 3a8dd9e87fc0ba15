"""The receipt says where the copy went, and until when somebody reads what came."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from clinic_site.models import Location
from clinic_site.models.rooms import Closure, OpeningHours
from referrals.references import receipt_token
from referrals.states.read_by import read_by_in_words
from tests.makers import (
    make_clinic,
    message,
    message_post,
    quick_post,
    referral,
    submitted,
    words_of,
)
from tests.referrals.conversation.test_of_her_own import begun, sent

pytestmark = pytest.mark.django_db
PERTH = ZoneInfo("Australia/Perth")
FRIDAY_NIGHT = datetime(2026, 12, 4, 22, 30, tzinfo=PERTH)
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture(autouse=True)
def rooms():
    """Open from eight to five on each day of the working week, in Perth."""
    clinic = make_clinic(time_zone="Australia/Sydney")
    Location.objects.all().delete()
    place = Location.objects.create(
        clinic=clinic, name="Rooms", address="1 Sample Street", time_zone="Australia/Perth"
    )
    for day in range(5):
        OpeningHours.objects.create(location=place, weekday=day, opens=time(8), closes=time(17))
    return clinic


def came(at, **fields):
    return submitted(referral(**{"urgency": "routine", **fields}), at=at)


def words(enquiry, at):
    return read_by_in_words(enquiry, at=at)


def test_in_hours_it_is_the_same_time_of_the_next_working_day():
    at = datetime(2026, 12, 4, 10, 15, tzinfo=PERTH)
    assert words(came(at), at) == "Monday 7 December, 10.15 am (Perth time)"


def test_what_came_at_night_waits_until_somebody_is_there():
    assert words(came(FRIDAY_NIGHT), FRIDAY_NIGHT) == "Tuesday 8 December, 8 am (Perth time)"


def test_closed_days_do_not_count(rooms):
    Closure.objects.create(clinic=rooms, first_day=date(2026, 12, 7), last_day=date(2026, 12, 9))
    assert words(came(FRIDAY_NIGHT), FRIDAY_NIGHT) == "Friday 11 December, 8 am (Perth time)"


def test_an_urgent_one_is_read_in_hours():
    enquiry = came(FRIDAY_NIGHT, urgency="urgent")
    assert words(enquiry, FRIDAY_NIGHT) == "Monday 7 December, 9 am (Perth time)"


def test_a_time_that_is_over_is_promised_no_more():
    assert words(came(FRIDAY_NIGHT), datetime(2026, 12, 8, 8, 1, tzinfo=PERTH)) == ""


@pytest.mark.parametrize("make", [referral, message])
def test_the_receipt_says_when(client, make):
    enquiry = submitted(make())
    html = client.get(f"/received/{receipt_token(enquiry.form_key)}/").content.decode()
    assert f"by {read_by_in_words(enquiry)}" in words_of(html)


def test_whoever_sends_it_sees_the_address_whole_and_a_link_alone_does_not_tell_it(client):
    address = client.post("/refer/", quick_post(email="sample@practice.example")).url
    assert "sample@practice.example" in client.get(address, **OURS).content.decode()
    html = client.get(address).content.decode()
    assert "sample@practice.example" not in html
    assert "s…@practice.example" in html


def test_whoever_wrote_sees_her_number_whole_and_a_link_alone_does_not_tell_it(client):
    address = client.post("/contact/", message_post(phone="0491 570 006")).url
    page = words_of(client.get(address, **OURS).content.decode())
    assert "Your telephone number is 0491 570 006. Is that wrong? Correct it." in page
    assert "0491 570 006" not in client.get(address).content.decode()


def test_the_receipt_of_a_referral_tells_no_number_of_the_doctor(client):
    address = client.post("/refer/", quick_post(phone="02 5550 7788")).url
    assert "02 5550 7788" not in client.get(address, **OURS).content.decode()


@pytest.mark.parametrize(("url", "post"), [("/refer/", quick_post), ("/contact/", message_post)])
def test_the_receipt_leads_to_where_a_slip_is_corrected(client, url, post):
    html = client.get(client.post(url, post()).url).content.decode()
    link = re.search(r'href="(/status/[0-9a-f]+/)#change">(Correct|Add to) it', html)[1]
    assert 'id="change"' in client.get(link).content.decode()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (FRIDAY_NIGHT, "The rooms are closed: write it to them now, so that they read it"),
        (datetime(2026, 12, 4, 10, 15, tzinfo=PERTH), "this page. Ring (02) 5550 1234 now and"),
    ],
)
def test_whoever_sent_a_wrong_file_by_night_is_not_told_to_ring_now(client, at, words):
    with time_machine.travel(at, tick=False):
        page = client.post("/refer/", quick_post(), follow=True)
    assert words in words_of(page.content.decode())


def test_a_wrong_file_of_a_withdrawn_referral_is_rung_about_as_nothing_can_be_written(client):
    with time_machine.travel(FRIDAY_NIGHT, tick=False):
        receipt = client.post("/refer/", quick_post()).url
        link = re.search(r'href="(/status/[0-9a-f]+/)#change">', page_of(client, receipt))[1]
        sent(client, begun(client, f"{link}change/"), withdraw="yes")
        words = words_of(page_of(client, receipt))
    assert "The rooms are closed. When they open, ring (02) 5550 1234" in words
    assert f"{link}#change" not in page_of(client, receipt)


def page_of(client, url):
    return client.get(url, **OURS).content.decode()
