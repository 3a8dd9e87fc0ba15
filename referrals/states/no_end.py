"""What came in thirty days ago or earlier and is still not filed."""

from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from referrals.models import Enquiry
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Part

DAYS = 30
NAMED_AT_MOST = 50  # in one mail; the list behind its link has them all
OPEN = [
    status
    for part in (Part.TO_DO, Part.TO_BOOK, Part.TO_FILE)
    for status in statuses_where(part=part)
]
LIST = "?show=all&open=long"


def came_before(*, at: datetime) -> datetime:
    """The border by the clinic's calendar: the beginning of the day 29 days ago."""
    day = timezone.localdate(at) - timedelta(days=DAYS - 1)
    return timezone.make_aware(datetime.combine(day, time()))


def without_end(*, at: datetime) -> QuerySet[Enquiry]:
    """Oldest first. Suspected spam is looked through elsewhere."""
    border = came_before(at=at)
    rows = Enquiry.objects.filter(status__in=OPEN, received_at__lt=border)
    return rows.order_by("received_at", "pk")
