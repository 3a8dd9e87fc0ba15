"""Dates from a surgery date. Pure functions over the recovery stages of a payload."""

from datetime import date, timedelta
from typing import Any, NamedTuple


class DatedStage(NamedTuple):
    """A recovery stage with its first day, and its last day where it has one."""

    starts: date
    ends: date | None
    stage: dict[str, Any]


def dated_stages(payload: dict[str, Any], surgery: date) -> list[DatedStage]:
    """The payload's recovery stages in order, counted from the day of surgery."""
    stages = [block for block in payload["blocks"] if block["kind"] == "recovery_stage"]
    return [
        DatedStage(
            starts=surgery + timedelta(weeks=stage["from_week"]),
            ends=surgery + timedelta(weeks=stage["to_week"], days=-1) if stage["to_week"] else None,
            stage=stage,
        )
        for stage in sorted(stages, key=lambda stage: stage["from_week"])
    ]


def read_date(text: str) -> date | None:
    """A date of this century written YYYY-MM-DD, else None."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
