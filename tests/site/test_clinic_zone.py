"""The clinic's time zone: asked once, only where a time is shown, and never of a dead database."""

import copy
import pickle
from datetime import UTC, datetime
from io import StringIO
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.models.clinic import _the_clinic
from clinic_site.sealing.keys import witness_keys
from clinic_site.zone import ClinicZone, in_clinic_time
from tests.environment import CLINIC_ZONE
from tests.makers import make_clinic, make_user, signed_in

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
ON_THE_WALL = MOMENT.astimezone(ZoneInfo(CLINIC_ZONE)).replace(tzinfo=None)
GONE = mock.patch.object(_the_clinic, "objects", side_effect=OperationalError("away"))


def test_a_request_or_command_that_shows_no_time_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0), in_clinic_time():
        pass


def test_it_is_asked_once_where_no_page_has_read_the_clinic(django_assert_num_queries):
    with django_assert_num_queries(1), in_clinic_time():
        assert timezone.localtime(MOMENT).hour == 4
        assert timezone.localdate(MOMENT).day == 21


def test_a_page_that_has_read_the_clinic_asks_no_more(django_assert_num_queries):
    with in_clinic_time():
        Clinic.with_rooms()
        with django_assert_num_queries(0):
            assert timezone.localtime(MOMENT).tzinfo == ZoneInfo(CLINIC_ZONE)


def test_the_next_request_is_in_the_zone_that_was_just_chosen():
    with in_clinic_time():
        assert timezone.localtime(MOMENT).hour == 4
    Clinic.objects.update(time_zone="Pacific/Auckland")
    with in_clinic_time():
        assert timezone.localtime(MOMENT).hour == 9


def test_a_request_leaves_no_zone_behind(client):
    client.get("/contact/")
    assert timezone.get_current_timezone_name() == "UTC"


def test_while_the_database_is_away_it_is_asked_once_and_the_last_known_one_counts():
    make_clinic(time_zone="Pacific/Auckland")
    Clinic.current()
    with GONE as asked, in_clinic_time():
        assert timezone.localtime(MOMENT).hour == 9
        assert timezone.localtime(MOMENT).hour == 9
    assert asked.call_count == 1


def test_a_process_that_never_saw_the_database_goes_by_the_default():
    with (
        GONE,
        mock.patch.dict("clinic_site.models.clinic._last_known", clear=True),
        in_clinic_time(),
    ):
        assert timezone.localtime(MOMENT).hour == 20


def test_a_zone_that_this_machine_does_not_know_breaks_no_page(caplog):
    Clinic.objects.update(time_zone="Mars/Olympus_Mons")
    with in_clinic_time():
        assert timezone.localtime(MOMENT).hour == 20
    assert "Mars/Olympus_Mons" in caplog.text


def test_what_is_read_in_it_can_be_copied_and_kept():
    with in_clinic_time():
        read = timezone.make_aware(ON_THE_WALL)
        assert read == MOMENT
        assert str(read.tzinfo) == CLINIC_ZONE
        for kept in [pickle.loads(pickle.dumps(read)), copy.deepcopy(read)]:  # noqa: S301
            assert kept.tzinfo == ZoneInfo(CLINIC_ZONE)


def test_it_speaks_as_any_zone():
    zone = ClinicZone()
    assert (MOMENT.astimezone(zone).tzname(), str(zone)) == ("AWST", CLINIC_ZONE)
    assert zone.utcoffset(None) is ZoneInfo(CLINIC_ZONE).utcoffset(None)
    assert zone.dst(ON_THE_WALL) == ZoneInfo(CLINIC_ZONE).dst(ON_THE_WALL)


def test_a_command_prints_the_day_it_is_at_the_clinic():
    witness_keys()
    out = StringIO()
    with time_machine.travel(MOMENT, tick=False):
        call_command("key_sheet", stdout=out, stderr=StringIO())
    assert "Printed    21 November 2026" in out.getvalue()


def test_the_admin_tells_its_calendars_how_far_they_are_from_utc(client):
    staff = signed_in(client, make_user(is_superuser=True))
    assert 'data-admin-utc-offset="28800"' in staff.get("/admin/").text


def test_health_asks_the_clinic_for_nothing(client):
    with GONE as asked:
        client.get("/healthz")
        client.get("/robots.txt")
    assert not asked.called
