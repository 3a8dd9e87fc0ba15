"""Dates from a surgery date. Pure functions over the recovery stages of a payload."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from conditions.blocks.recovery_stage import RecoveryStage, RecoveryStagePayload
from conditions.payloads import PagePayload

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"]


YEARS = 5  # before and after today: what is further away is a slip
UNREAD = "We cannot read this date. Write day, month and year, like 31/1/2027."
LONG_AGO = f"This is more than {YEARS} years ago. Is the year right?"
FAR_AHEAD = f"This is more than {YEARS} years ahead. Is the year right?"


class DatedStage(NamedTuple):
    """A recovery stage with its first day, and its last day where it has one."""

    starts: date
    ends: date | None
    stage: RecoveryStagePayload

    def is_now(self, today: date) -> bool:
        return self.starts <= today and (self.ends is None or today <= self.ends)


def dated_stages(payload: PagePayload, surgery: date) -> list[DatedStage]:
    """The payload's recovery stages in order, counted from the day of surgery."""
    found: list[Any] = [b for b in payload["blocks"] if b["kind"] == RecoveryStage.kind]
    stages: list[RecoveryStagePayload] = found
    return [
        DatedStage(
            starts=surgery + timedelta(weeks=stage["from_week"]),
            ends=surgery + timedelta(weeks=stage["to_week"], days=-1) if stage["to_week"] else None,
            stage=stage,
        )
        for stage in sorted(stages, key=lambda stage: stage["from_week"])
    ]


def week_of(surgery: date, today: date) -> int:
    """As guides count: the operation is in week 0."""
    return (today - surgery).days // 7


def what_is_wrong(day: date | None, *, today: date) -> str:
    """What to say of a date that was typed; nothing of one that can be planned with."""
    if day is None:
        return UNREAD
    if day < today - timedelta(days=366 * YEARS):
        return LONG_AGO
    return FAR_AHEAD if day > today + timedelta(days=366 * YEARS) else ""


def read_date(text: str) -> date | None:
    """A date of this century written YYYY-MM-DD, or day, month, year; else None."""
    for written in DATE_FORMATS:
        try:
            day = datetime.strptime(text.strip(), written).date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
        return day if 2000 <= day.year < 2100 else None
    return None
