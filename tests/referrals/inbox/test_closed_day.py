"""A visit on a day on which nobody is there: staff are asked once before it is booked."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from clinic_site.models import Clinic, Closure, Location
from referrals.inbox.closed_days import closed_on
from tests.makers import make_user, referral, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db


def days_on(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture(autouse=True)
def _hours():
    """Open on two days of the week, and closed on the first of them in three weeks."""
    Location.objects.all().delete()
    clinic = Clinic.objects.get()
    place = Location.objects.create(clinic=clinic, name="Sample rooms", address="1 Sample Street")
    for day in (days_on(21), days_on(22)):
        place.hours.create(weekday=day.weekday(), opens=time(9), closes=time(17))
    when = {"first_day": days_on(21), "last_day": days_on(21)}
    Closure.objects.create(clinic=clinic, reason="Christmas", **when)


def book(browser, enquiry, day, **more):
    typed = {"outcome": "booked", "booked_on": day, "note": "By phone.", "seen": enquiry.status}
    return browser.post(f"{enquiry.get_admin_url()[:-7]}do/file/", {**typed, **more})


def test_a_closure_is_named_and_the_box_books_it_all_the_same(client):
    browser = signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))
    enquiry = submitted(referral())
    browser.get(enquiry.get_admin_url())
    enquiry.refresh_from_db()
    answer = book(browser, enquiry, days_on(21))
    assert answer.status_code == 409
    day = date_format(days_on(21), "l j F")
    assert f"The rooms are closed on {day} (Christmas)." in words_of(answer.text)
    assert 'name="all_the_same"' in answer.text
    assert "By phone." in answer.text
    assert book(browser, enquiry, days_on(21), all_the_same="on").status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.outcome == "booked"


def test_a_weekday_without_hours_is_asked_about_and_an_open_one_is_not():
    weekday = date_format(days_on(23), "l")
    assert closed_on(days_on(23)) == f"The rooms are not open on a {weekday}."
    assert closed_on(days_on(22)) == ""


def test_where_no_hours_are_given_no_weekday_is_closed():
    Location.objects.all().delete()
    assert closed_on(days_on(23)) == ""
