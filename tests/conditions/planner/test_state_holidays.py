"""The rooms are closed on the holidays of their State too: no visit is put there."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
import time_machine

from conditions.planner.holidays import states_of, working_day
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_clinic, make_page

KINGS_BIRTHDAY, NEXT_DAY = date(2027, 6, 14), date(2027, 6, 15)


class Place(NamedTuple):
    address: str
    time_zone: str = "Australia/Sydney"


@pytest.mark.parametrize(
    ("places", "states"),
    [
        ([Place("1 Sample Street\nSydney NSW 2000")], ("NSW",)),
        ([Place("1 Sample Street\nSample ACT 2600")], ("ACT",)),
        ([Place("1 Sample Street", "Australia/Perth")], ("WA",)),
        ([Place("1 SA Street, Sample Vic 3000"), Place("2 Sample Street")], ("NSW", "VIC")),
        ([Place("1 Sample Street", "UTC")], ()),
        ([], ()),
    ],
)
def test_the_state_is_that_of_the_address_else_of_the_clock(places, states):
    assert states_of(places) == states


@pytest.mark.parametrize(
    ("state", "day", "kept"),
    [
        ("NSW", KINGS_BIRTHDAY, False),
        ("NSW", date(2026, 10, 5), False),
        ("QLD", KINGS_BIRTHDAY, True),
        ("WA", date(2027, 6, 7), False),
        ("VIC", date(2026, 11, 3), False),
        ("ACT", date(2026, 6, 1), False),
        ("NT", date(2026, 8, 3), False),
        ("SA", date(2027, 3, 8), False),
    ],
)
def test_each_state_has_its_own_days(state, day, kept):
    assert (working_day(day, states=(state,)) == day) == kept


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC))  # a visit that is over is told otherwise
def test_the_planner_counts_the_days_of_the_state_of_the_rooms_and_names_it(client):
    make_clinic().locations.create(name="Rooms", address="1 Sample Street\nSydney NSW 2000")
    page = make_page(section="guides", slug="recovery-after-fusion", in_planner=True)
    add_block(page, "recovery_stage")
    publish_starter(page=page)
    html = client.get("/recovery/?surgery_date=2026-12-14").content.decode()
    assert "About 15 June 2027" in html
    assert "a public holiday in NSW" in html
