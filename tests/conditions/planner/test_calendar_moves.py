"""Another day of surgery: a second calendar file moves the events of the first."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from conditions.planner.before import BEFORE
from conditions.planner.holidays import OF_STATE, holidays, working_day
from conditions.planner.visits import VISITS, dated_visits, months_later
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_page

pytestmark = pytest.mark.django_db
GUIDE = "guides/recovery-after-fusion"
KEYS = [item.key for item in [*BEFORE[GUIDE], *VISITS[GUIDE]]]


@pytest.fixture
def guide():
    page = make_page(section="guides", slug="recovery-after-fusion", in_planner=True)
    add_block(page, "recovery_stage")
    add_block(page, "recovery_stage", ordering=30, heading="Later", from_week=6, to_week=None)
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=UTC))
    return page


@pytest.fixture
def events(client, guide):
    """The events of a file for a day of surgery, downloaded some seconds later, by their UID."""

    def of(day, *, after=0):
        with time_machine.travel(datetime(2026, 10, 1, tzinfo=UTC), tick=False) as clock:
            clock.shift(after)
            content = client.get(f"/recovery.ics?surgery_date={day}").content
        return {str(event["uid"]): event for event in Calendar.from_ical(content).walk("VEVENT")}

    return of


def test_each_kind_of_event_keeps_its_identity_when_the_day_moves(events):
    first, second = events("2026-12-01"), events("2027-01-15")
    assert list(first) == list(second)
    assert len(first) == 1 + 2 + len(KEYS)
    assert all(first[uid]["dtstart"].dt < second[uid]["dtstart"].dt for uid in first)


def test_a_later_file_wins_over_an_earlier_one(events):
    first, second = events("2026-12-01"), events("2027-01-15", after=5)
    assert all(second[uid]["sequence"] > first[uid]["sequence"] for uid in first)
    assert all(second[uid]["dtstamp"].dt > first[uid]["dtstamp"].dt for uid in first)
    assert all(0 < event["sequence"] < 2**31 for event in second.values())


def test_identities_name_guide_and_site_so_that_two_guides_never_meet(events, guide, client):
    assert all(
        uid.endswith("@localhost:8000-guides-recovery-after-fusion") for uid in events("2026-12-01")
    )


def test_a_visit_says_what_to_bring_and_rings_a_week_before(events):
    uid = "wound-check@localhost:8000-guides-recovery-after-fusion"
    check = events("2026-12-01")[uid]
    assert check["dtstart"].dt == date(2026, 12, 11)
    assert "What to bring: Your hospital papers" in check["description"]
    assert "Not booked" in check["description"]
    assert check["summary"] == "Have your wound checked (about now)"
    (alarm,) = check.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-7, hours=9)
    assert alarm["description"] == "Book your day: Wound check"


def test_visits_come_after_ten_days_two_and_six_weeks_three_six_and_twelve_months():
    days = [item.on for item in dated_visits("guides/recovery-after-fusion", date(2026, 12, 1))]
    assert [str(day) for day in days] == [
        "2026-12-11",
        "2026-12-15",
        "2027-01-12",
        "2027-03-01",
        "2027-06-01",
        "2027-12-01",
    ]


@pytest.mark.parametrize("surgery", [date(2026, 12, 1) + timedelta(days=n) for n in range(7)])
def test_no_visit_falls_on_a_weekend_and_the_wound_is_seen_within_two_weeks(surgery):
    days = [item.on for item in dated_visits("guides/recovery-after-fusion", surgery)]
    assert all(day.weekday() < 5 for day in days)
    assert timedelta(days=7) <= days[0] - surgery <= timedelta(days=14)


@pytest.mark.parametrize("states", [(), *((state,) for state in OF_STATE)])
@pytest.mark.parametrize("year", range(2026, 2042))
def test_none_falls_on_a_public_holiday_and_the_wound_is_still_seen_within_two_weeks(year, states):
    for surgery in [date(year, 1, 1) + timedelta(days=n) for n in range(365)]:
        days = [item.on for item in dated_visits(GUIDE, surgery, states=states)]
        assert all(day.weekday() < 5 and day not in holidays(day.year, states) for day in days)
        assert days[0] - surgery <= timedelta(days=14)


def test_public_holidays_are_those_of_all_of_australia_as_observed():
    assert working_day(date(2026, 12, 25)) == date(2026, 12, 29)
    assert working_day(date(2027, 3, 26)) == date(2027, 3, 30)  # Easter
    assert working_day(date(2027, 12, 25)) == date(2027, 12, 29)
    assert working_day(date(2028, 1, 1)) == date(2028, 1, 4)
    assert working_day(date(2027, 4, 26)) == date(2027, 4, 26)  # the Monday after Anzac Day
    assert working_day(date(2026, 12, 24)) == date(2026, 12, 24)


def test_a_month_too_short_ends_on_its_last_day():
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)


@time_machine.travel("2026-11-20 12:00:00+11:00")  # a visit that is over is told otherwise
def test_the_page_shows_the_visits_and_how_to_move_them(client, guide):
    html = client.get("/recovery/?surgery_date=2026-12-01").content.decode()
    for words in ["Your visits", "Wound check", "About 11 December 2026", "the old dates move"]:
        assert words in html


def test_a_guide_of_another_operation_has_no_visits_of_this_one(client):
    page = make_page(section="guides", slug="after-another", in_planner=True)
    add_block(page, "recovery_stage")
    publish_starter(page=page)
    content = client.get("/recovery.ics?surgery_date=2026-12-01").content
    operation, _stage = Calendar.from_ical(content).walk("VEVENT")
    assert operation["summary"] == "Operation"
    assert "Your visits" not in client.get("/recovery/?surgery_date=2026-12-01").content.decode()


def test_a_guide_without_stages_to_show_shows_no_visits_either(client):
    publish_starter(page=make_page(section="guides", slug="recovery-after-fusion", in_planner=True))
    assert "Your visits" not in client.get("/recovery/?surgery_date=2026-12-01").content.decode()
