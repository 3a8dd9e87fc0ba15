"""How often something came from one source, in a table of its own that all processes share.

A source (a network address, an account, a contact) is kept as a keyed digest only, and only until
its time is over. A cache would not do: it may be emptied, culled by a flood, or missing.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clinic_site.models import RateCount
from clinic_site.written_once import Given, WrittenOnce

HOUR = timedelta(hours=1)
TIDY_SECONDS = 60
AT_ONCE = 1000
ROW = "(%s, %s, %s)"
ADD = """
    INSERT INTO clinic_site_ratecount (source, number, ends_at) VALUES {rows}
    ON CONFLICT (source) DO UPDATE SET
        number = CASE WHEN clinic_site_ratecount.ends_at > %s
                      THEN clinic_site_ratecount.number + excluded.number
                      ELSE excluded.number END,
        ends_at = CASE WHEN clinic_site_ratecount.ends_at > %s
                       THEN clinic_site_ratecount.ends_at ELSE excluded.ends_at END
    RETURNING source, number
"""
COUNTED = """
    SELECT source FROM clinic_site_ratecount
    WHERE source IN ({sources}) AND ends_at > %s AND number > 0
"""
_source, _at = (Given(name, RateCount._meta.get_field(name)) for name in ("source", "ends_at"))
_tally = WrittenOnce(
    lambda: RateCount.objects.filter(source=_source, ends_at__gt=_at).values("number", "ends_at")
)


class Tally(NamedTuple):
    """How many there were, and when the counting begins anew."""

    number: int
    ends_at: datetime


class Counting(NamedTuple):
    """What is counted: no `within` is until the hour is over."""

    purpose: str
    source: str
    within: timedelta | None = None


def digest(purpose: str, source: str) -> str:
    return salted_hmac(f"clinic_site.counting.{purpose}", source, algorithm="sha256").hexdigest()


def end_of_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def seconds_left(at: datetime) -> int:
    """Until the hour is over and the counting begins anew."""
    return int((end_of_hour(at) - at).total_seconds()) + 1


def count(
    *, purpose: str, source: str, at: datetime, within: timedelta | None = None, more: int = 1
) -> int:
    """Count one more, or `more`; how many there are now. One statement, so that none is lost.

    The counting begins anew with the hour of the clock, or `within` after the first one counted.
    """
    return count_each([Counting(purpose, source, within)], at=at, more=more)[0]


def count_each(what: Sequence[Counting], *, at: datetime, more: int = 1) -> list[int]:
    """The same for several different ones at once, in one statement: how many there are of each.

    Give them in the same order everywhere, so that no two requests wait for each other.
    """
    moment = connection.ops.adapt_datetimefield_value
    digests = [digest(each.purpose, each.source) for each in what]
    values: list[Any] = []
    for each, source in zip(what, digests, strict=True):
        ends_at = at + each.within if each.within else end_of_hour(at)
        values += [source, more, moment(ends_at)]
    with connection.cursor() as cursor:
        statement = ADD.format(rows=", ".join([ROW] * len(what)))
        cursor.execute(statement, [*values, moment(at), moment(at)])
        numbers = dict(cursor.fetchall())
    tidy_if_due(at)
    return [int(numbers[source]) for source in digests]


def take_back(*, purpose: str, source: str) -> None:
    """Count one less: what was counted in advance turned out well."""
    rows = RateCount.objects.filter(source=digest(purpose, source), number__gt=0)
    rows.update(number=F("number") - 1)


def tally(*, purpose: str, source: str, at: datetime) -> Tally:
    rows = _tally.rows(source=digest(purpose, source), ends_at=at)
    return Tally(**rows[0]) if rows else Tally(0, at)


def which_are_counted(purpose: str, sources: Sequence[str], *, at: datetime) -> set[str]:
    """Those of which any was counted, by one question."""
    by_digest = {digest(purpose, source): source for source in sources}
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        statement = COUNTED.format(sources=", ".join(["%s"] * len(by_digest)))
        cursor.execute(statement, [*by_digest, moment])
        return {by_digest[found] for (found,) in cursor.fetchall()}


def counted(*, purpose: str, source: str, at: datetime) -> int:
    return tally(purpose=purpose, source=source, at=at).number


def forget(*, purpose: str, source: str) -> None:
    RateCount.objects.filter(source=digest(purpose, source)).delete()


def purge_counts(*, at: datetime | None = None) -> int:
    """Forget the counts whose time is over, as a chore of the mail process; how many rows went.

    What somebody else holds just now is left for the next time, so that nobody waits for this.
    """
    over = RateCount.objects.filter(ends_at__lte=at or timezone.now())
    can_skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = over.select_for_update(skip_locked=can_skip).values_list("pk", flat=True)
        gone, _ = RateCount.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()
    return gone


class Tidying:
    """When this process last forgot what is over."""

    due_at = 0.0


def tidy_if_due(at: datetime) -> None:
    """Also while no mail process runs: whoever is counted clears away who was counted before.

    Not within a transaction, which would hold those rows to its end.
    """
    if time.monotonic() >= Tidying.due_at and not transaction.get_connection().in_atomic_block:
        Tidying.due_at = time.monotonic() + TIDY_SECONDS
        purge_counts(at=at)
