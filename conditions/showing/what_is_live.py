"""What of the publications and reviews is in force, in few numbers, for the page cache.

Rows are only added, and only redacted; and one that was scheduled is live when its time has come.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from conditions.models import Publication, Review

REACH = 1000  # keys: so far behind a later one may a row be committed


# By indexes alone, in one statement that is the same on every database.
NUMBERS = f"""SELECT
    (SELECT COUNT(*) FROM "{Publication._meta.db_table}"),
    (SELECT MAX(id) FROM "{Publication._meta.db_table}"),
    (SELECT published_at FROM "{Publication._meta.db_table}" ORDER BY id DESC LIMIT 1),
    (SELECT COUNT(*) FROM "{Publication._meta.db_table}" WHERE redacted_by_id > 0),
    (SELECT COUNT(*) FROM "{Review._meta.db_table}"),
    (SELECT MAX(id) FROM "{Review._meta.db_table}")
"""  # noqa: S608 - our own names


class Rows(NamedTuple):
    """How many there are, and the newest one by its key and moment, as the database writes it."""

    rows: int = 0
    newest: int = 0
    at: Any = None


class Coming:
    """The moments for which publications of this database are scheduled: their text is long, so
    each process looks once, and later at new rows alone."""

    rows = Rows()
    moments: set[datetime] = set()


def what_is_live() -> list[object]:
    """A quick question, and one more after something was published."""
    rows, newest, at, *others = numbers()
    published = Rows(rows, newest or 0, at)
    if published != Coming.rows:
        look_at(published)
    now = timezone.now()
    due = sum(moment <= now for moment in Coming.moments)
    return [published, due, *others]


def numbers() -> tuple[Any, ...]:
    """Of publications how many, the newest key and its moment, how many are redacted; of reviews
    how many, and the newest key."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS)
        return tuple(cursor.fetchone())


def look_at(published: Rows) -> None:
    is_longer = published.rows > Coming.rows.rows and published.newest >= Coming.rows.newest
    after = Coming.rows.newest - REACH if is_longer else 0  # else it is another database
    coming = Publication.objects.filter(pk__gt=after, live_from__gt=timezone.now())
    # Another set, as other threads may be counting this one.
    Coming.moments = Coming.moments | set(coming.values_list("live_from", flat=True))
    Coming.rows = published
