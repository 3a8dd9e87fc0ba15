"""Ending sessions: when their time is over, by their owner, by a colleague, with a new password."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.models import StaffSession
from clinic_site.permissions import require
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, in_nobodys_way, note

Why = StaffSession.Why
KIND_OF_END = {Why.IDLE: Kind.IDLE_END, Why.ABSOLUTE: Kind.ABSOLUTE_END}


class SessionEnded(Exception):
    """This session was ended elsewhere while it was asking for something."""


def end_one(row: StaffSession, *, why: Why, at: datetime) -> StaffSession:
    """One whose time is over, unless it was used meanwhile. Of two at once one writes the log."""
    as_it_was = StaffSession.objects.filter(pk=row.pk, last_used_at=row.last_used_at)
    if end_rows(as_it_was, why=why, at=at) and row.with_code:
        with in_nobodys_way():
            kind = KIND_OF_END.get(why, Kind.SESSION_ENDED)
            note(kind, user=row.user, browser=row.browser, at=at)
    row.ended_at, row.ended_why, row.data = at, why, None
    return row


def end_rows(rows: QuerySet[StaffSession], *, why: Why, at: datetime) -> int:
    return rows.filter(ended_at=None).update(ended_at=at, ended_why=why, data=None)


def end_sessions(
    user: User, *, keep: str | None = None, why: Why = Why.ACCOUNT, by: User | None = None
) -> int:
    """End every session of this person and every login that waits for a code; how many.

    `keep` is the key of the one session that stays.
    """
    at = timezone.now()
    with transaction.atomic():
        others = StaffSession.objects.filter(user=user).exclude(key_hash=StaffSession.hash_of(keep))
        ended = others.filter(pk__in=StaffSession.alive(at)).count()
        end_rows(others, why=why, at=at)
        if ended:
            note(Kind.SESSION_ENDED, user=user, by=by, number=ended, at=at)
    return ended


def end_own(*, by: User, pk: int) -> StaffSession:
    """One of her own sessions. Raises `StaffSession.DoesNotExist` for another's."""
    at = timezone.now()
    with transaction.atomic():
        row = StaffSession.alive(at).select_for_update().defer("data").get(pk=pk, user=by)
        end_rows(StaffSession.objects.filter(pk=pk), why=Why.BY_HERSELF, at=at)
        note(Kind.SESSION_ENDED, user=by, by=by, detail=row.browser, at=at)
    return row


def end_other_sessions(*, by: User, keep: str | None) -> int:
    return end_sessions(by, keep=keep, why=Why.BY_HERSELF, by=by)


def end_colleagues_sessions(*, by: User, user: User) -> int:
    """By somebody who looks after accounts; the colleague is told."""
    require(by, "auth.change_user")
    with transaction.atomic():
        ended = end_sessions(user, why=Why.BY_COLLEAGUE, by=by)
        tell(user, "sessions_ended")
    return ended


def must_go_on(session_key: str | None) -> None:
    """Raises `SessionEnded`. Asked inside the transaction that relies on the session."""
    rows = StaffSession.alive(timezone.now())
    if not rows.filter(key_hash=StaffSession.hash_of(session_key)).exists():
        raise SessionEnded


def own_sessions(user: User) -> QuerySet[StaffSession]:
    """Those that go on, the one used last first."""
    alive = StaffSession.alive(timezone.now()).filter(user=user)
    return alive.defer("data").order_by("-last_used_at", "-pk")
