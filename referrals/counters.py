"""How often something came from one source in this hour. Shared by all processes.

A source is kept as a keyed digest only, and for a day only.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from referrals.models import SubmissionCount

KEEP_FOR = timedelta(days=1)


def digest(purpose: str, source: str) -> str:
    return salted_hmac(f"referrals.counters.{purpose}", source, algorithm="sha256").hexdigest()


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def seconds_left(at: datetime) -> int:
    """Until the hour is over and the counting begins anew."""
    return int((hour_of(at) + timedelta(hours=1) - at).total_seconds()) + 1


def count(*, purpose: str, source: str, at: datetime, more: int = 1) -> int:
    """Count one more, or several; how many there are now in this hour."""
    row = {"source": digest(purpose, source), "hour": hour_of(at)}
    if not add(row, more):
        try:
            with transaction.atomic():
                SubmissionCount.objects.create(**row, count=more)
        except IntegrityError:  # another process was first
            add(row, more)
    return counted(purpose=purpose, source=source, at=at)


def add(row: dict[str, object], more: int) -> int:
    return SubmissionCount.objects.filter(**row).update(count=F("count") + more)


def counted(*, purpose: str, source: str, at: datetime) -> int:
    row = SubmissionCount.objects.filter(source=digest(purpose, source), hour=hour_of(at))
    return row.values_list("count", flat=True).first() or 0


def purge_counts(*, at: datetime | None = None) -> int:
    """Forget the counts of yesterday; how many rows went."""
    gone, _ = SubmissionCount.objects.filter(hour__lt=(at or timezone.now()) - KEEP_FOR).delete()
    return gone
