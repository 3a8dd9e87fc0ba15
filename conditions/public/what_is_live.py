"""What of the publications and reviews is in force, in few numbers, for the page cache.

Rows are only added, and only redacted; and one that was scheduled is live when its time has come.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max
from django.utils import timezone

from conditions.models import Publication, Review

REACH = 1000  # keys: so far behind a later one may a row be committed


class Rows(NamedTuple):
    """How many there are, and the newest one by its key and moment."""

    rows: int = 0
    newest: int = 0
    at: datetime | None = None


class Coming:
    """The moments for which publications of this database are scheduled: their text is long, so
    each process looks once, and later at new rows alone."""

    rows = Rows()
    moments: set[datetime] = set()


def what_is_live() -> list[object]:
    """Quick questions by indexes, and one more after something was published."""
    published = rows_now()
    if published != Coming.rows:
        look_at(published)
    now = timezone.now()
    due = sum(moment <= now for moment in Coming.moments)
    redacted = Publication.objects.filter(redacted_by__gt=0).count()
    return [published, due, redacted, Review.objects.aggregate(Count("pk"), Max("pk"))]


def rows_now() -> Rows:
    newest = Publication.objects.order_by("-pk").values_list("pk", "published_at").first()
    return Rows(Publication.objects.count(), *newest) if newest else Rows()


def look_at(published: Rows) -> None:
    is_longer = published.rows > Coming.rows.rows and published.newest >= Coming.rows.newest
    after = Coming.rows.newest - REACH if is_longer else 0  # else it is another database
    coming = Publication.objects.filter(pk__gt=after, live_from__gt=timezone.now())
    Coming.moments.update(coming.values_list("live_from", flat=True))
    Coming.rows = published
