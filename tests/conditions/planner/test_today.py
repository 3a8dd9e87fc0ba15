"""The planner after the operation: where somebody is now, and what lies behind."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from conditions.planner.dates import DatedStage, dated_stages, week_of
from conditions.planner.visits import dated_visits
from conditions.publishing.verbs import publish_starter
from tests.conditions.starter.test_starter_words import PAGES
from tests.makers import add_block, make_page

GUIDE = "guides/recovery-after-fusion"
STAGES = {
    "blocks": [
        {"kind": "recovery_stage", **block, "to_week": block.get("to_week")}
        for block in PAGES["guides-recovery-after-fusion"]["blocks"]
        if block["kind"] == "recovery_stage"
    ]
}


@pytest.fixture
def planner(client, db):
    page = make_page(section="guides", slug="recovery-after-fusion", in_planner=True)
    add_block(page, "recovery_stage", heading="First", from_week=0, to_week=1)
    add_block(page, "recovery_stage", ordering=30, heading="Then", from_week=1, to_week=4)
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=UTC))
    return lambda day: client.get(f"/recovery/?surgery_date={day}").content.decode()


@time_machine.travel("2026-11-30 12:00:00+11:00")
def test_the_stage_of_today_is_marked_and_one_press_away(planner):
    html = planner("2026-11-09")
    assert '<a class="button" href="#now">Go to today: week 3</a>' in html
    before, _, after = html.partition('<li id="now">')
    assert "<h3>First</h3>" in before
    assert "You are here: week 3" in after.partition("<h3>Then</h3>")[0]


@time_machine.travel("2026-11-30 12:00:00+11:00")
@pytest.mark.parametrize("day", ["2026-12-14", "2026-06-01"])
def test_before_the_operation_and_after_the_last_stage_nothing_is_marked(planner, day):
    html = planner(day)
    assert "Your dates" in html
    assert "You are here" not in html
    assert "#now" not in html


@time_machine.travel("2026-11-30 12:00:00+11:00")
def test_a_visit_that_lies_behind_says_so_and_whom_a_missed_one_concerns(planner):
    html = planner("2026-11-09")
    assert "Was due about 19 November 2026" in html
    assert "Did you miss it?" in html
    assert "From about 23 November 2026" in html
    assert "These weeks have begun. Not booked?" in html
    assert "About 21 December 2026" in html


def test_weeks_are_counted_as_the_guide_counts_them():
    days = [date(2026, 12, 1), date(2026, 12, 7), date(2026, 12, 8)]
    assert [week_of(date(2026, 12, 1), day) for day in days] == [0, 0, 1]


def test_a_stage_lasts_through_its_last_day():
    stage = DatedStage(date(2026, 12, 1), date(2026, 12, 7), {})
    assert stage.is_now(date(2026, 12, 7))
    assert not stage.is_now(date(2026, 12, 8))
    assert not stage.is_now(date(2026, 11, 30))


@pytest.mark.parametrize("surgery", [date(2026, 12, 1) + timedelta(days=n) for n in range(40)])
def test_the_check_up_at_six_weeks_stands_in_the_stage_that_its_day_is_in(surgery):
    visit = next(v for v in dated_visits(GUIDE, surgery) if v.visit.key == "check-up-6-weeks")
    (stage,) = [one for one in dated_stages(STAGES, surgery) if one.is_now(visit.on)]
    assert "Have your check-up at about 6 weeks" in stage.stage["can_do"]


@time_machine.travel("2026-11-30 12:00:00+11:00")
def test_a_day_more_than_half_a_year_back_is_asked_about_as_a_wrong_year_would_be(planner):
    assert "Is the year right?" in planner("2025-12-21")
    assert "Is the year right?" not in planner("2026-06-15")
