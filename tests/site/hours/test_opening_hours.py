"""Opening hours in words."""

from datetime import date, datetime, time
from types import SimpleNamespace

import pytest

from clinic_site.hours.opening import Line, open_at, time_in_words, weekly_lines


def span(weekday, opens, closes):
    return SimpleNamespace(weekday=weekday, opens=time(opens), closes=time(closes))


def test_hours_are_said_as_people_say_them():
    said = [
        time_in_words(time(hour, minute)) for hour, minute in [(0, 0), (8, 0), (12, 30), (17, 5)]
    ]
    assert said == ["12 am", "8 am", "12.30 pm", "5.05 pm"]


def test_neighbouring_days_with_equal_hours_share_a_line():
    week = [span(day, 8, 17) for day in range(5)]
    assert weekly_lines(week) == [Line("Monday to Friday", "8 am to 5 pm")]


def test_a_closed_day_parts_a_line():
    week = [span(0, 8, 17), span(2, 8, 17)]
    assert [line.days for line in weekly_lines(week)] == ["Monday", "Wednesday"]


def test_a_lunch_break_is_said():
    assert weekly_lines([span(0, 13, 17), span(0, 8, 12)]) == [
        Line("Monday", "8 am to 12 pm and 1 pm to 5 pm")
    ]


def test_no_hours_are_no_lines():
    assert weekly_lines([]) == []


WEEK = [span(day, 8, 17) for day in range(5)]
HOLIDAYS = SimpleNamespace(first_day=date(2026, 12, 24), last_day=date(2027, 1, 3))


def said(when, *, spans=WEEK, closures=()):
    now = open_at(datetime.fromisoformat(when), spans=spans, closures=closures, zone="Sydney time")
    return now and now.words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-20T07:59", "Closed now, opens today at 8 am (Sydney time)"),
        ("2026-11-20T08:00", "Open now, until 5 pm (Sydney time)"),
        ("2026-11-20T16:59", "Open now, until 5 pm (Sydney time)"),
        ("2026-11-20T17:00", "Closed now, opens Monday at 8 am (Sydney time)"),
        ("2026-11-22T12:00", "Closed now, opens Monday at 8 am (Sydney time)"),
    ],
)
def test_open_now_is_said_to_the_minute(when, words):
    assert said(when) == words


def test_a_lunch_break_is_closed():
    spans = [span(0, 8, 12), span(0, 13, 17)]
    assert said("2026-11-23T11:00", spans=spans) == "Open now, until 12 pm (Sydney time)"
    assert said("2026-11-23T12:30", spans=spans) == "Closed now, opens today at 1 pm (Sydney time)"


def test_hours_that_touch_are_one():
    spans = [span(0, 12, 17), span(0, 8, 12)]
    assert said("2026-11-23T11:00", spans=spans) == "Open now, until 5 pm (Sydney time)"


def test_a_closure_names_the_day_of_the_next_opening():
    later = said("2026-12-29T10:00", closures=[HOLIDAYS])
    assert later == "Closed now, opens Monday at 8 am (Sydney time)"
    first = said("2026-12-24T10:00", closures=[HOLIDAYS])
    assert first == "Closed now, opens Monday 4 January at 8 am (Sydney time)"


def test_a_long_closure_promises_no_day():
    for_good = SimpleNamespace(first_day=date(2026, 1, 1), last_day=date(2030, 1, 1))
    assert said("2026-11-20T10:00", closures=[for_good]) == "Closed now"


def test_without_hours_nothing_is_said():
    assert said("2026-11-20T10:00", spans=[]) is None
