"""Is mail going out? Asked by /healthz and by the panel on the staff site."""

from datetime import timedelta

from django.utils import timezone

from clinic_site.health import Health
from referrals.models import MailHeartbeat, Notification

UNDELIVERED_LIMIT = timedelta(minutes=15)
HEARTBEAT_LIMIT = timedelta(seconds=60)


def undelivered_mail() -> Health:
    """Bad when a mail has waited for 15 minutes; dead letters are bad at once."""
    undelivered = Notification.objects.exclude(state=Notification.State.SENT)
    oldest = undelivered.order_by("created_at").values_list("created_at", flat=True).first()
    age = int((timezone.now() - oldest).total_seconds()) if oldest else None
    dead = undelivered.filter(state=Notification.State.DEAD).count()
    ok = not dead and (age is None or age < UNDELIVERED_LIMIT.total_seconds())
    return Health("undelivered mail", ok, {"oldest_seconds": age, "dead_letters": dead})


def mail_process() -> Health:
    """Bad when no mail process has gone round for a minute."""
    beat = MailHeartbeat.objects.values_list("beat_at", flat=True).first()
    age = int((timezone.now() - beat).total_seconds()) if beat else None
    ok = age is not None and age < HEARTBEAT_LIMIT.total_seconds()
    return Health("mail process", ok, {"heartbeat_seconds": age})
