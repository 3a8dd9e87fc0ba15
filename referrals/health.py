"""Is mail going out? Asked by /healthz, by the staff site's front page and by its banner."""

from datetime import timedelta

from django.utils import timezone

from clinic_site.health import Health
from referrals import person_index
from referrals.models import MailHeartbeat, Notification
from referrals.notifications import UNDELIVERED, stuck

HEARTBEAT_LIMIT = timedelta(seconds=60)


def mail_is_stuck() -> bool:
    """Whether staff must hear that mail does not arrive: one query that an index answers."""
    return Notification.objects.filter(stuck(timezone.now())).exists()


def undelivered_mail() -> Health:
    """Bad when a mail has waited for 15 minutes; dead letters are bad at once."""
    now = timezone.now()
    undelivered = Notification.objects.filter(UNDELIVERED)
    oldest = undelivered.order_by("created_at").values_list("created_at", flat=True).first()
    age = int((now - oldest).total_seconds()) if oldest else None
    dead = undelivered.filter(state=Notification.State.DEAD).count()
    ok = not undelivered.filter(stuck(now)).exists()
    return Health("undelivered mail", ok, {"oldest_seconds": age, "dead_letters": dead})


def mail_process() -> Health:
    """Bad when no mail process has gone round for a minute."""
    beat = MailHeartbeat.objects.values_list("beat_at", flat=True).first()
    age = int((timezone.now() - beat).total_seconds()) if beat else None
    ok = age is not None and age < HEARTBEAT_LIMIT.total_seconds()
    return Health("mail process", ok, {"heartbeat_seconds": age})


def find_a_person() -> Health:
    """Bad when enquiries are there that staff cannot find by name; the mail process mends it."""
    missing = person_index.missing().count()
    return Health("find a person", ok=not missing, detail={"not_indexed": missing})
