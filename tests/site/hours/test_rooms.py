"""The rooms as a page shows them: where, when, and whether the door is open now."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from clinic_site.models import Clinic
from conditions.publishing.verbs import publish_starter
from tests.makers import make_clinic, make_page, rooms_today

pytestmark = pytest.mark.django_db

SYDNEY = ZoneInfo("Australia/Sydney")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=SYDNEY)


@pytest.fixture
def home(client):
    """The text of the first page, read at a moment."""
    publish_starter(page=make_page(section="site", slug="home", stage=None), at=FRIDAY)

    def read(moment=FRIDAY):
        with time_machine.travel(moment, tick=False):
            return client.get("/")

    return read


def test_the_first_page_says_that_the_rooms_are_open(home):
    html = home().content.decode()
    assert "Open now, until 5 pm" in html
    assert "12 Sample Street" in html
    assert "there is no step on the way." in html


def test_closing_time_makes_a_new_page_of_it_for_caches(home):
    before, after = home(FRIDAY.replace(hour=16, minute=59)), home(FRIDAY.replace(hour=17))
    assert "Closed now, opens Monday at 8 am" in after.content.decode()
    assert before["ETag"] != after["ETag"]


def test_the_number_on_top_says_when_nobody_answers(home):
    said = '<span class="call-now">Closed now</span>'
    assert said in home(FRIDAY.replace(hour=17)).content.decode()
    assert said not in home().content.decode()


def test_rooms_far_away_keep_their_own_time(home):
    Clinic.objects.get().locations.update(time_zone="Australia/Perth")
    assert "Open now" in home(FRIDAY.replace(hour=19)).content.decode()


def test_every_foot_says_by_whose_clock_the_telephone_is_answered(home):
    said = '<span class="call-now">Closed now, opens Monday at 8 am (Sydney time)</span>'
    assert said in home(FRIDAY.replace(hour=17)).content.decode()


def test_a_closure_shuts_the_door_and_is_announced_four_weeks_ahead(home):
    closure = make_clinic().closures.create(
        first_day=date(2026, 12, 24), last_day=date(2027, 1, 3), reason="Summer holidays"
    )
    first_day = datetime.combine(closure.first_day, time(10), tzinfo=SYDNEY)
    assert "Summer holidays" not in home(first_day - timedelta(days=29)).content.decode()
    assert "Summer holidays" in home(first_day - timedelta(days=28)).content.decode()
    html = home(first_day).content.decode()
    assert "Closed now, opens Monday 4 January at 8 am" in html
    assert "24 December 2026 to 3 January 2027" in html


def test_two_rooms_and_two_closures_are_not_multiplied(home):
    clinic = make_clinic()
    branch = clinic.locations.create(name="The branch", address="2 Sample Lane", ordering=5)
    branch.hours.create(weekday=0, opens=time(9), closes=time(12))
    for day in (rooms_today() + timedelta(days=number) for number in (1, 2)):
        clinic.closures.create(first_day=day, last_day=day)
    rooms = Clinic.with_rooms().rooms
    assert [(r.name, len(r.hours), len(r.closures)) for r in rooms] == [
        ("The rooms", 5, 2),
        ("The branch", 1, 2),
    ]


def test_rooms_without_hours_say_nothing_of_them(home):
    Clinic.objects.get().locations.get().hours.all().delete()
    html = home().content.decode()
    assert "12 Sample Street" in html
    assert "Open now" not in html
    assert "Closed now" not in html


@pytest.fixture
def told_the_way(client):
    """What the pages for a first visit and for writing to the rooms say."""
    publish_starter(page=make_page(section="guides", slug="your-first-appointment"), at=FRIDAY)

    def read():
        addresses = ["/guides/your-first-appointment/", "/contact/"]
        return [client.get(address).content.decode() for address in addresses]

    return read


def test_parking_and_the_way_in_stand_where_a_visit_is_prepared(told_the_way):
    rooms = Clinic.objects.get().locations
    rooms.update(parking="One place for a permit.", access="No step.\nA lift, 90 cm wide.")
    for html in told_the_way():
        assert "<h4>Parking</h4>\n      <p>One place for a permit.</p>" in html
        assert "<h4>Getting in</h4>\n      <p>No step.<br>A lift, 90 cm wide.</p>" in html


def test_hours_say_by_whose_clock_in_each_state(told_the_way):
    branch = make_clinic().locations.create(
        name="Perth", address="2 Sample Lane", time_zone="Australia/Perth", ordering=5
    )
    branch.hours.create(weekday=4, opens=time(9), closes=time(12))
    with time_machine.travel(FRIDAY.replace(hour=18), tick=False):
        for html in told_the_way():
            assert "<h4>Opening hours (Sydney time)</h4>" in html
            assert "<h4>Opening hours (Perth time)</h4>" in html
            assert "Closed now, opens Friday 27 November at 9 am (Perth time)" in html


def test_rooms_that_say_nothing_of_the_way_in_have_no_heading_for_it(told_the_way):
    Clinic.objects.get().locations.update(parking="", access="")
    for html in told_the_way():
        assert "12 Sample Street" in html
        assert "<h4>Parking</h4>" not in html
        assert "<h4>Getting in</h4>" not in html


def test_clinic_and_rooms_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Clinic.with_rooms().rooms[0].now


def test_a_site_without_a_clinic_row_has_no_rooms():
    Clinic.objects.all().delete()
    assert Clinic.with_rooms().rooms == ()
