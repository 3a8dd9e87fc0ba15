"""Clocks that run while the rooms are open: over nights, weekends, closures and summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic_site.hours.rooms import ClosedDays, Hours
from clinic_site.hours.working_time import calendar, days_later, hours_later, latest_start_due

PERTH = ZoneInfo("Australia/Perth")
WEEKDAYS = [Hours(day, time(8), time(17)) for day in range(5)]
EASTER = ClosedDays(date(2027, 3, 26), date(2027, 3, 29), "Easter")
IN_PERTH = calendar(zone="Australia/Perth", spans=WEEKDAYS, closures=[EASTER])


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """In 2027; 22 March is a Monday."""
    return datetime(2027, month, day, hour, minute, tzinfo=PERTH)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(22, 10), 1, at(22, 11)),
        (at(22, 16, 30), 1, at(23, 8, 30)),
        (at(22, 3), 1, at(22, 9)),
        (at(22, 20), 1, at(23, 9)),
        (at(25, 16, 30), 1, at(30, 8, 30)),  # over Easter
        (at(20, 12), 10, at(23, 9)),  # a Saturday; longer than a day
    ],
)
def test_hours_run_while_somebody_is_there(start, hours, end):
    assert hours_later(start, hours, of=IN_PERTH) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(22, 10), 1, at(23, 10)),
        (at(22, 10), 3, at(25, 10)),
        (at(24, 10), 2, at(30, 10)),  # over Easter
        (at(19, 10), 1, at(22, 10)),
        (at(20, 23), 1, at(23, 8)),  # a Saturday counts from Monday at eight
        (at(22, 18), 1, at(24, 8)),
    ],
)
def test_days_are_open_days_at_the_same_time(start, days, end):
    assert days_later(start, days, of=IN_PERTH) == end


def test_an_hour_is_an_hour_on_the_night_that_has_twenty_five():
    night = [Hours(6, time(0), time(6))]
    sydney = calendar(zone="Australia/Sydney", spans=night, closures=[])
    start = datetime(2027, 4, 3, 14, 30, tzinfo=UTC)  # 1.30 am, summer time, on the Sunday
    assert hours_later(start, 2, of=sydney) == start + timedelta(hours=2)


def test_without_hours_the_clock_runs_from_nine_to_five():
    plain = calendar(zone="Australia/Perth", spans=[], closures=[])
    assert hours_later(at(20, 12), 1, of=plain) == at(22, 10)


def test_rooms_that_never_open_again_stop_no_clock():
    shut = ClosedDays(date(2027, 1, 1), date(2037, 1, 1), "Moved away")
    never = calendar(zone="Australia/Perth", spans=WEEKDAYS, closures=[shut])
    assert hours_later(at(22, 10), 1, of=never) == at(22, 11)
    assert days_later(at(22, 10), 3, of=never) == at(25, 10)


@pytest.mark.parametrize("now", [at(22, 7), at(22, 8), at(22, 9, 15), at(23, 18), at(28, 12)])
def test_the_border_parts_what_is_late_from_what_is_not(now):
    def due(start: datetime) -> datetime:
        return days_later(start, 1, of=IN_PERTH)

    border = latest_start_due(due, now=now)
    second = timedelta(seconds=1)
    assert due(border - second) <= now < due(border + second)


@pytest.mark.parametrize("zone", ["Australia/Perth", "America/New_York"])
def test_a_year_that_is_a_slip_stops_no_clock(zone):
    slip, rooms = datetime.min.replace(tzinfo=UTC), calendar(zone=zone, spans=[], closures=[])
    assert hours_later(slip, 1, of=rooms).year == days_later(slip, 1, of=rooms).year == 1
