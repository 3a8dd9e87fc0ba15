"""Opening hours in words."""

from datetime import time
from types import SimpleNamespace

from clinic_site.opening import Line, in_words, weekly_lines


def span(weekday, opens, closes):
    return SimpleNamespace(weekday=weekday, opens=time(opens), closes=time(closes))


def test_hours_are_said_as_people_say_them():
    said = [in_words(time(hour, minute)) for hour, minute in [(0, 0), (8, 0), (12, 30), (17, 5)]]
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
