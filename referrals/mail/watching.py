"""How mail goes, in numbers for /metrics: indexes answer each question."""

import math
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Count, Min
from django.utils import timezone

from clinic_site.operations.watching.numbers import Number, asks_database
from referrals.mail.outbox import ADDRESS_REFUSED, refused
from referrals.models import MailHeartbeat, Notification

State = Notification.State
WAITING = [State.QUEUED, State.SENDING]


@asks_database
def mail_queue() -> Iterator[Number]:
    """An address that a visitor mistyped is counted apart from what ails the site."""
    waiting = Notification.objects.filter(state__in=WAITING)
    count, oldest = waiting.aggregate(count=Count("pk"), oldest=Min("created_at")).values()
    age = (timezone.now() - oldest).total_seconds() if oldest else 0
    dead = Notification.objects.filter(state=State.DEAD).exclude(ADDRESS_REFUSED)
    turned_away = Notification.objects.filter(refused())
    yield Number("clinic_mail_waiting", count, "Mails that wait to be sent.")
    yield Number("clinic_mail_oldest_waiting_seconds", max(0, age), "How long the oldest waits.")
    yield Number("clinic_mail_dead_letters", dead.count(), "Mails that were given up.")
    yield Number(
        "clinic_mail_addresses_refused", turned_away.count(), "Mails to addresses that are wrong."
    )


@asks_database
def mail_process() -> Iterator[Number]:
    """+Inf where none ever ran."""
    beat = MailHeartbeat.objects.values_list("beat_at", flat=True).first()
    age = (timezone.now() - beat).total_seconds() if beat else math.inf
    yield Number("clinic_mail_heartbeat_age_seconds", age, "When the mail process last went round.")


@asks_database
def mail_hold() -> Iterator[Number]:
    """After a restore no mail leaves until somebody says so: easily forgotten."""
    try:
        holds = apps.get_model("referrals", "MailHold")._default_manager
    except LookupError:
        return
    is_held = holds.filter(released_at__isnull=True).exists()
    yield Number("clinic_mail_held", is_held, "Whether all mail is held back.")
