"""Whether mail may leave. A copy of a site must not tell real people again what the site told them.

While it is held everything else goes on: enquiries come in, their mails are queued, and the mail
process does its chores. A restore that was cut off holds mail by its folder alone.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from referrals.mail.giving_up import GIVE_UP_AFTER
from referrals.models import MailHold, Notification

State = Notification.State
TIME_TO_CATCH_UP = timedelta(minutes=15)
CUT_OFF = "a backup is being brought back, or that was cut off"


class Held(NamedTuple):
    """Why no mail leaves, since when (None: since a restore that runs or was cut), what waits."""

    why: str
    since: datetime | None
    waiting: int


def waiting() -> QuerySet[Notification]:
    return Notification.objects.filter(state__in=[State.QUEUED, State.SENDING])


def hold_mail(*, why: str, at: datetime | None = None) -> MailHold:
    """Let no mail leave from now on. A hold that is on keeps its first moment."""
    now = at or timezone.now()
    with transaction.atomic():
        hold, is_new = MailHold.objects.get_or_create(pk=1, defaults={"why": why, "since": now})
        if not is_new and hold.released_at is not None:
            hold.why, hold.since, hold.released_at = why, now, None
            hold.save()
    return hold


def release_mail(*, at: datetime | None = None) -> int:
    """Let mail leave again; how many wait. Each has five days anew, as nobody could try it."""
    now = at or timezone.now()
    with transaction.atomic():
        held = MailHold.objects.select_for_update().filter(released_at=None)
        if not held.exists():
            return 0
        count = waiting().update(give_up_at=now + GIVE_UP_AFTER)
        held.update(released_at=now)
    return count


def is_held() -> bool:
    return restore_is_under_way() or MailHold.objects.filter(released_at=None).exists()


def held() -> Held | None:
    """The same with its reason, for people."""
    hold = MailHold.objects.filter(released_at=None).first()
    if hold:
        return Held(hold.why, hold.since, waiting().count())
    return Held(CUT_OFF, None, waiting().count()) if restore_is_under_way() else None


def restore_is_under_way() -> bool:
    return Path(settings.RESTORING).exists()


def restore_is_done() -> bool:
    """Whether one that was cut off had its database in place, and mail held, before it was."""
    mark = Path(settings.RESTORING) / settings.RESTORE_PLACING
    why = mark.read_text(encoding="utf-8") if mark.exists() else ""
    return bool(why) and MailHold.objects.filter(released_at=None, why=why).exists()


def has_caught_up(*, at: datetime) -> bool:
    """Whether mail that waits, waits for its server: not held, and not released just now."""
    just_released = MailHold.objects.filter(released_at__gt=at - TIME_TO_CATCH_UP)
    return not is_held() and not just_released.exists()
