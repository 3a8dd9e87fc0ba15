"""A line for today stands on every page, and is gone by itself after its last day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.forms.models import model_to_dict

from clinic_site.admin import ClinicForm
from clinic_site.zone import in_clinic_time
from conditions.publishing.verbs import publish_starter
from tests.makers import make_clinic, make_page, make_user, signed_in

pytestmark = pytest.mark.django_db

PERTH = ZoneInfo("Australia/Perth")
LATE = datetime(2026, 11, 23, 23, 30, tzinfo=PERTH)  # the next day in Sydney
NEXT_DAY = datetime(2026, 11, 24, 0, 30, tzinfo=PERTH)
WORDS = "Our telephone is <out of order>. Ring 0491 570 156."
SHOWN = 'Our telephone is &lt;out of order&gt;. Ring <a href="tel:0491570156">0491 570 156</a>.'


@pytest.fixture
def addresses():
    page = make_page()
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=PERTH))
    return ["/", "/contact/", "/refer/", "/search/", "/nowhere/", page.get_absolute_url()]


@pytest.fixture
def read(client):
    def page_at(address, moment=LATE):
        with time_machine.travel(moment, tick=False):
            return client.get(address).content.decode()

    return page_at


def test_it_stands_on_every_page_as_soon_as_it_is_saved(addresses, read):
    make_clinic()
    assert not any('aria-label="Notice"' in read(address) for address in addresses)
    make_clinic(notice=WORDS)
    assert [address for address in addresses if SHOWN not in read(address)] == []


def test_it_is_gone_after_its_last_day_where_the_clinic_is(addresses, read):
    make_clinic(notice=WORDS, notice_last_day=date(2026, 11, 23), time_zone="Australia/Perth")
    for address in addresses:
        assert SHOWN in read(address)
        assert SHOWN not in read(address, NEXT_DAY)


def test_without_a_last_day_it_stays(addresses, read):
    make_clinic(notice=WORDS)
    assert SHOWN in read(addresses[-1], NEXT_DAY)


def test_whoever_may_not_change_the_clinic_reaches_no_notice(client):
    staff = signed_in(client, make_user("referrals.view_enquiry"))
    assert staff.get(f"/admin/clinic_site/clinic/{make_clinic().pk}/change/").status_code == 403


def test_it_is_typed_on_the_page_of_the_clinic(client):
    staff = signed_in(client, make_user("clinic_site.change_clinic"))
    page = staff.get(f"/admin/clinic_site/clinic/{make_clinic().pk}/change/").content.decode()
    assert 'name="notice" ' in page
    assert 'name="notice_last_day"' in page


@pytest.fixture
def wrong_in(db):
    def typed(**changes):
        clinic = make_clinic(notice="The lift is broken.", notice_last_day=date(2026, 11, 20))
        facts = {name: value for name, value in model_to_dict(clinic).items() if value is not None}
        with time_machine.travel(LATE, tick=False), in_clinic_time():
            return set(ClinicForm({**facts, **changes}, instance=clinic).errors)

    return typed


def test_the_last_day_of_an_earlier_notice_does_not_hide_a_new_one_in_silence(wrong_in):
    assert wrong_in(notice=WORDS) == {"notice_last_day"}
    assert wrong_in(notice=WORDS, notice_last_day="2026-11-23") == set()
    assert wrong_in(notice=WORDS, notice_last_day="") == set()


def test_a_notice_that_is_over_keeps_nobody_from_changing_the_rest(wrong_in):
    assert wrong_in(telephone="(02) 5550 4321") == set()
    assert wrong_in(notice="") == set()
