"""Is mail going out? Asked by /healthz, by the staff site's front page and by its banner."""

from datetime import timedelta

from django.utils import timezone

from clinic_site.health import Health
from referrals.models import MailHeartbeat, Notification
from referrals.notifications import UNDELIVERED, refused, stuck

HEARTBEAT_LIMIT = timedelta(seconds=60)


def mail_is_stuck() -> bool:
    """Whether staff must hear that mail does not arrive: one query that an index answers."""
    return Notification.objects.filter(stuck(timezone.now())).exists()


def undelivered_mail() -> Health:
    """Bad when a mail has waited for 15 minutes, and at once when the rooms' own is refused.

    A visitor's mistyped address makes nothing bad: it is counted apart, and staff see it.
    """
    now = timezone.now()
    turned_away = Notification.objects.filter(refused()).count()
    undelivered = Notification.objects.filter(UNDELIVERED & ~refused())
    oldest = undelivered.order_by("created_at").values_list("created_at", flat=True).first()
    age = int((now - oldest).total_seconds()) if oldest else None
    bad = undelivered.filter(stuck(now))
    dead = bad.filter(state=Notification.State.DEAD).count()
    return Health(
        "undelivered mail",
        not bad.exists(),
        {"oldest_seconds": age, "dead_letters": dead, "addresses_refused": turned_away},
    )


def mail_process() -> Health:
    """Bad when no mail process has gone round for a minute."""
    beat = MailHeartbeat.objects.values_list("beat_at", flat=True).first()
    age = int((timezone.now() - beat).total_seconds()) if beat else None
    ok = age is not None and age < HEARTBEAT_LIMIT.total_seconds()
    return Health("mail process", ok, {"heartbeat_seconds": age})
