"""Are the files of senders inspected? Asked by /healthz and by the staff site's front page."""

from datetime import timedelta

from django.utils import timezone

from clinic_site.health import Health
from referrals import clamd
from referrals.models import Attachment

INSPECTION_LIMIT = timedelta(minutes=15)


def files_not_inspected() -> Health:
    """Bad when staff have waited for 15 minutes for a letter that nobody has looked into."""
    waiting = Attachment.objects.filter(
        state=Attachment.State.WAITING, enquiry__isnull=False
    ).order_by("stored_at")
    oldest = waiting.values_list("enquiry__received_at", flat=True).first()
    age = int((timezone.now() - oldest).total_seconds()) if oldest else None
    ok = age is None or age < INSPECTION_LIMIT.total_seconds()
    return Health("files not inspected", ok, {"waiting": waiting.count(), "oldest_seconds": age})


def virus_scanner() -> Health:
    """Bad when there should be a scanner and it does not answer."""
    if not clamd.is_used():
        return Health("virus scanner", ok=True, detail={"used": "no"})
    return Health("virus scanner", clamd.is_there(), {"used": "yes"})
