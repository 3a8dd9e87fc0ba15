"""A time of day is written in one way everywhere: “6.58 pm”."""

import re
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
EVENING = datetime(2026, 11, 30, 7, 58, tzinfo=UTC)
# Hours by hand; with seconds, as a proof and a countdown have them, they may be.
BY_HAND = re.compile(r"\|(?:date|time):[\"'][^\"']*(?:[gGhH][:.]i(?!:s)|P)")


def drawn(words, **context):
    return Template(words).render(Context(context))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_writes_a_time_by_hand(path):
    assert not BY_HAND.search(path.read_text())


def test_a_time_is_that_of_where_the_clinic_is():
    with timezone.override(ZoneInfo("Australia/Sydney")):
        assert drawn("{{ at|clock }}", at=EVENING) == "6.58 pm"
        assert drawn('{{ at|day_and_clock:"j M Y" }}', at=EVENING) == "30 Nov 2026, 6.58 pm"


def test_midnight_and_noon_are_twelve_and_whole_hours_are_short():
    assert [drawn("{{ at|clock }}", at=time(hour)) for hour in (0, 12)] == ["12 am", "12 pm"]


def test_no_time_is_nothing():
    assert drawn('{{ at|clock }}{{ at|day_and_clock:"j M Y" }}', at=None) == ""
