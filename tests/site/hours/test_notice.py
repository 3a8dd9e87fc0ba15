"""A line for today stands on every page, and is gone by itself after its last day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from conditions.publishing.verbs import publish_starter
from tests.makers import make_clinic, make_page

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


def test_whoever_may_not_change_the_clinic_writes_no_notice(client, django_user_model):
    clinic = make_clinic()
    client.force_login(django_user_model.objects.create_user("robin", is_staff=True))
    client.post(f"/admin/clinic_site/clinic/{clinic.pk}/change/", {"notice": WORDS})
    clinic.refresh_from_db()
    assert clinic.notice == ""
