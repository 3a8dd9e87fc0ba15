"""Ending the sessions of a person."""

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

LOGIN_UNDER_WAY = "account_login"  # where allauth keeps a login that waits for its code


class SessionEnded(Exception):
    """This session was ended elsewhere while it was asking for something."""


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End every session of this person and every login that waits for a code; how many.

    `keep` is the key of the one session that stays.
    """
    others = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=keep or "")
    ended = [session.pk for session in others.iterator() if belongs_to(session, user)]
    return Session.objects.filter(pk__in=ended).delete()[0]


def belongs_to(session: Session, user: User) -> bool:
    data = session.get_decoded()
    waiting = data.get(LOGIN_UNDER_WAY) or {}
    return data.get(SESSION_KEY) == str(user.pk) or (
        waiting.get("user_pk") == user_pk_to_url_str(user)
    )


def must_go_on(session_key: str | None) -> None:
    """Raises `SessionEnded`. Asked inside the transaction that relies on the session."""
    if not Session.objects.filter(session_key=session_key or "").exists():
        raise SessionEnded
