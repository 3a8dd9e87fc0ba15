"""How often the patient was rung in vain, and when that is told. Days are the clinic’s."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from referrals.models import Call

TOLD_AFTER = 3  # calls in vain
WITHIN_DAYS = 10  # after the day of the first of them, by the calendar of the clinic


def standing(calls: Iterable[Call]) -> list[Call]:
    """The calls that took place, in their order: without slips and without what names them."""
    rows = list(calls)
    mistakes = {call.mistake_id for call in rows}
    return [call for call in rows if call.mistake_id is None and call.pk not in mistakes]


def in_vain(calls: Sequence[Call], *, at: datetime) -> int:
    """Calls to the patient without an answer since the last that she answered, within ten days up
    to `at`. `calls` are those that stand, in their order."""
    count = 0
    for call in reversed(calls):
        if call.at > at or call.whom != Call.Whom.PATIENT:
            continue
        if call.result == Call.Result.REACHED:
            break
        if days_between(call.at, at) > WITHIN_DAYS:
            break
        count += 1
    return count


def reached_after(calls: Sequence[Call], moment: datetime) -> bool:
    return any(
        call.whom == Call.Whom.PATIENT and call.result == Call.Result.REACHED and call.at >= moment
        for call in calls
    )


def days_between(first: datetime, last: datetime) -> int:
    return (timezone.localdate(last) - timezone.localdate(first)).days
