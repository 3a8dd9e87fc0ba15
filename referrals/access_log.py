"""The log of who read what: written before anything is shown.

What else is written when an enquiry is opened stands in `workflow.verbs.open_`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from referrals.models import AccessLog


def note_access(
    *, references: Iterable[str], by: User, action: str, at: datetime | None = None
) -> list[AccessLog]:
    """One row per enquiry. `action` is view, search, download, original, copy or record; of what
    was set aside, which has no enquiry, aside or save aside."""
    now = at or timezone.now()
    return AccessLog.objects.bulk_create(
        AccessLog(reference=reference, by=by, at=now, action=action) for reference in references
    )
