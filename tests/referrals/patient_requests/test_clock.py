"""Thirty days from the day they asked, counted in the clinic's zone."""

from datetime import UTC, date, datetime
from unittest import mock

import pytest

from clinic_site.zone import in_clinic_time
from referrals.models.patient_requests import DAYS_TO_ANSWER
from referrals.patient_requests.clock import AMBER_DAYS, clock_of
from tests.referrals.patient_requests.asking import unsaved

ASKED = date(2026, 11, 1)
DUE = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2026, 11, 1), "30 days left", "done"),
        (date(2026, 11, 23), "8 days left", "done"),
        (date(2026, 11, 24), "7 days left", "soon"),
        (date(2026, 11, 30), "1 day left", "soon"),
        (date(2026, 12, 1), "Due today", "soon"),
        (date(2026, 12, 2), "1 day overdue", "alarm"),
    ],
)
def test_the_days_that_are_left_in_words_and_colour(today, words, tone):
    clock = clock_of(unsaved(asked_on=ASKED), today=today)
    assert (clock.words, clock.tone, clock.due_on) == (words, tone, DUE)
    assert (DAYS_TO_ANSWER, AMBER_DAYS) == (30, 7)


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "left"), [(15, 1), (16, 0)])
def test_the_day_changes_at_midnight_in_perth_and_not_in_utc(hour, left):
    moment = datetime(2026, 11, 30, hour, 30, tzinfo=UTC)  # 23:30 and 00:30 in Perth
    with in_clinic_time(), mock.patch("django.utils.timezone.now", return_value=moment):
        assert clock_of(unsaved(asked_on=ASKED)).days_left == left
