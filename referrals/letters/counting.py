"""The mail process draws each new letter once, so that its page knows how many pages there are."""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from referrals.files.proving import LOST
from referrals.files.records import StaysApart
from referrals.inspecting import bounded
from referrals.letters.drawing import made_and_noted
from referrals.models import Attachment
from referrals.states.lookups import hidden

SECONDS_A_ROUND = 5  # mail waits meanwhile
NEW = timedelta(days=7)  # what is older is counted when somebody looks at it
DRAWABLE = [Attachment.State.CLEAN, Attachment.State.COPY]


def count_pages(*, at: datetime | None = None) -> int:
    """One round, newest first; the number of files that were drawn. May be cut off at any point."""
    now = at or timezone.now()
    until = time.monotonic() + SECONDS_A_ROUND
    count = 0
    for attachment in not_counted(now):
        if time.monotonic() > until:
            break
        with suppress(StaysApart, bounded.Busy, *LOST):
            made_and_noted(attachment, at=now)
            count += 1
    return count


def not_counted(now: datetime) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(
        enquiry__isnull=False, drawn=None, state__in=DRAWABLE, stored_at__gt=now - NEW
    )
    lost = Q(proof__problem__gt="")  # whoever proves the files says so
    found = found.exclude(hidden("enquiry") | lost).order_by("-stored_at", "pk")
    return found.defer("name")  # one that no key opens would stop the others
