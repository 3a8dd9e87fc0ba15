"""What the mail process does for sessions, once a minute."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from clinic_site.models import KeptForm, StaffSession
from clinic_site.running.session_settings import ENDED_ROWS_KEPT, FORMS_KEPT
from clinic_site.sessions.ending import end_one

AT_ONCE = 500


def purge_sessions(*, at: datetime | None = None) -> int:
    """End what nobody asked for any more, and forget what ended long ago; how many rows went.

    Forms that nobody came back for go after their hour.
    """
    at = at or timezone.now()
    over = StaffSession.objects.filter(ended_at=None).exclude(pk__in=StaffSession.alive(at))
    for row in over.defer("data")[:AT_ONCE]:
        why = row.over(at)
        if why:
            end_one(row, why=why, at=at)
    long_ago = Q(ended_at__lte=at - ENDED_ROWS_KEPT)
    nobodys = Q(ended_at__isnull=False, with_code=False)
    gone, _ = StaffSession.objects.filter(long_ago | nobodys).delete()
    KeptForm.objects.filter(kept_at__lte=at - FORMS_KEPT).delete()
    return gone
