"""The planner at the kitchen table: dates, warning signs, a calendar file, nothing kept."""

from datetime import date

import pytest
from django.utils import timezone
from icalendar import Calendar

from conditions.planner.calendar import listed
from conditions.planner.dates import read_date
from conditions.publishing.verbs import publish
from tests.makers import add_block, add_care_card, make_page, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide():
    page = make_page(section="guides", slug="after", title="After the operation", in_planner=True)
    add_block(page, "recovery_stage", driving="Not yet.", work="Desk work, if you feel ready.")
    add_block(page, "recovery_stage", ordering=30, heading="Later", from_week=6, to_week=None)
    add_care_card(page, ordering=40)
    publish(page=page, by=make_user("conditions.publish_page"))
    return page


def test_each_stage_shows_weight_driving_work_and_the_warning_signs(client, guide):
    html = client.get("/recovery/?surgery_date=2026-12-01").content.decode()
    for words in ["1 December 2026 to 11 January 2027", "From 12 January 2027", "Not yet."]:
        assert words in html
    for words in [
        "Desk work, if you feel ready.",
        "Part of your weight",
        'tel:000">000</a> now if:',
    ]:
        assert words in html


def test_driving_and_work_stand_together_with_their_dates(client, guide):
    html = client.get("/recovery/?surgery_date=2026-12-01").content.decode()
    together = html.partition("When may I drive, and work?")[2].partition("</details>")[0]
    assert "<li><strong>From 1 December 2026:</strong> Not yet.</li>" in together
    assert (
        "<li><strong>From 1 December 2026:</strong> Desk work, if you feel ready.</li>" in together
    )
    assert "From 12 January 2027" not in together  # that stage says nothing of either


@pytest.mark.parametrize("typed", ["2026-12-01", "1/12/2026", "1.12.2026", "1 December 2026"])
def test_a_day_may_be_written_as_people_write_it(typed):
    assert read_date(typed) == date(2026, 12, 1)


def test_a_date_that_cannot_be_read_is_explained_and_kept(client, guide):
    html = client.get("/recovery/?surgery_date=soon").content.decode()
    assert "Write day, month and year" in html
    assert 'value="soon"' in html
    assert "<title>Error: " in html


@pytest.mark.parametrize(("years", "words"), [(-10, "years ago"), (20, "years ahead")])
def test_a_year_far_away_is_asked_about_beside_the_field(client, guide, years, words):
    typed = f"{timezone.localdate().year + years}-01-01"
    html = client.get(f"/recovery/?surgery_date={typed}").content.decode()
    assert f"{words}. Is the year right?</p>" in html
    assert f'value="{typed}"' in html
    assert "Your dates" not in html
    assert client.get(f"/recovery.ics?surgery_date={typed}").status_code == 404


def test_the_calendar_file_holds_each_stage_on_its_first_day_with_an_alarm(client, guide):
    response = client.get("/recovery.ics?surgery_date=2026-12-01")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    operation, first, second = Calendar.from_ical(response.content).walk("VEVENT")
    assert (operation["summary"], operation["dtstart"].dt) == ("Operation", date(2026, 12, 1))
    assert first["dtstart"].dt == date(2026, 12, 1)
    assert second["dtstart"].dt == date(2027, 1, 12)
    assert "Driving: Not yet." in first["description"]
    assert "- " not in first["summary"]
    assert [len(event.walk("VALARM")) for event in (operation, first, second)] == [1, 1, 1]
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_each_item_of_a_list_has_a_line_of_its_own_in_the_calendar():
    html = "<p>You can:</p><ul><li>a &amp; b</li><li><b>c</b> d</li></ul>"
    assert listed(html) == ["You can:", "- a & b", "- c d"]


@pytest.mark.parametrize("query", ["", "?surgery_date=soon", "?surgery_date=99999-01-01"])
def test_without_a_day_there_is_no_calendar_file(client, guide, query):
    assert client.get(f"/recovery.ics{query}").status_code == 404


def test_what_a_visitor_asks_is_not_kept_by_any_cache(client, guide):
    for path in ["/recovery/", "/recovery.ics"]:
        response = client.get(f"{path}?surgery_date=2026-12-01")
        assert "no-store" in response.headers["Cache-Control"]
        assert not response.cookies
