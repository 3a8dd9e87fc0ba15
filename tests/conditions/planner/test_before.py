"""What comes before an operation has dates too, on the page and in the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from conditions.planner.before import BEFORE, dated_before
from conditions.publishing.verbs import publish_starter
from tests.conditions.starter.test_starter_words import PAGES
from tests.makers import add_block, make_page

GUIDE = "guides/recovery-after-fusion"
SURGERY = date(2027, 2, 1)


@pytest.fixture
def guide(db):
    page = make_page(section="guides", slug="recovery-after-fusion", in_planner=True)
    add_block(page, "recovery_stage", driving="Not yet. Someone drives you.")
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=UTC))


def test_nicotine_stops_four_weeks_before_and_bags_are_packed_the_day_before():
    steps = dated_before(GUIDE, SURGERY, today=date(2026, 12, 1))
    days = {item.step.key: str(item.on) for item in steps}
    assert days["stop-nicotine"] == "2027-01-04"
    assert days["what-to-bring"] == "2027-01-31"
    assert not any(item.is_due for item in steps)


def test_what_is_late_already_is_for_today_and_nothing_is_left_once_it_is_over():
    steps = dated_before(GUIDE, SURGERY, today=date(2027, 1, 20))
    assert [item.on for item in steps if item.is_due] == [date(2027, 1, 20)] * 2
    (morning,) = dated_before(GUIDE, SURGERY, today=SURGERY)
    assert (morning.step.key, morning.is_due) == ("morning", True)
    assert dated_before(GUIDE, SURGERY, today=date(2027, 2, 2)) == []


@time_machine.travel("2026-12-01")
def test_the_page_and_the_file_say_what_to_do_before(client, guide):
    html = client.get("/recovery/?surgery_date=2027-02-01").content.decode()
    content = client.get("/recovery.ics?surgery_date=2027-02-01").content
    summaries = [str(event["summary"]) for event in Calendar.from_ical(content).walk("VEVENT")]
    for step in BEFORE[GUIDE]:
        assert f"<h3>{step.title}</h3>" in html
        assert step.title in summaries
    assert any(summary.endswith(". Driving: not yet") for summary in summaries)


@time_machine.travel("2026-12-01")
def test_the_morning_of_the_operation_has_an_entry_that_rings_the_evening_before(client, guide):
    html = client.get("/recovery/?surgery_date=2027-02-01").content.decode()
    assert '<p class="weeks">On 1 February 2027</p>' in html
    content = client.get("/recovery.ics?surgery_date=2027-02-01").content
    events = Calendar.from_ical(content).walk("VEVENT")
    (morning,) = [event for event in events if event["uid"].startswith("morning@")]
    for words in ["tablets that your plan names", "last clear drink", "Our rooms: ", "hospital"]:
        assert words in morning["description"]
    (alarm,) = morning.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=-6)


def test_the_morning_says_only_what_the_page_on_preparing_says():
    (morning,) = [step for step in BEFORE[GUIDE] if step.key == "morning"]
    page = str(PAGES["guides-preparing-for-surgery"]["blocks"])
    for words in ["the soap your team gave you", "jewellery, nail polish and false nails"]:
        assert words in morning.words
        assert words in page


@time_machine.travel("2026-12-01")
@pytest.mark.parametrize(
    ("day", "said"),
    [("2027-01-31", "a Sunday"), ("2027-01-26", "a public holiday"), ("2027-02-01", None)],
)
def test_a_day_on_which_few_are_operated_on_is_asked_about_and_planned(client, guide, day, said):
    html = client.get(f"/recovery/?surgery_date={day}").content.decode()
    assert ("Is the day right?" in html) == bool(said)
    assert f"This is {said or ''}" in html or not said
    assert "Your dates" in html


def test_a_day_that_moves_asks_for_a_new_medicine_plan():
    (plan,) = [step for step in BEFORE[GUIDE] if step.key == "medicine-plan"]
    assert "If the day of the operation moves, get a new plan." in plan.words
