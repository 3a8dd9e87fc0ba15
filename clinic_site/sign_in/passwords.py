"""A new password, by its owner or by a colleague."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.models import AccountLink
from clinic_site.sessions.ending import end_sessions
from clinic_site.sign_in.limits import forget_wrong_passwords
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import note


def change_password(*, by: User, password: str, session_key: str | None) -> User:
    """By herself, who typed the old one. Ends her other sessions."""
    return store_password(by, password, "password_changed", keep=session_key, by=by)


def set_password(*, user: User, password: str | None, by: User | None) -> User:
    """By a colleague with the right to change accounts. Ends every session of the person.

    None: nobody signs in with a password any more.
    """
    return store_password(user, password, "password_set", keep=None, by=by)


def store_password(
    user: User, password: str | None, what: str, *, keep: str | None, by: User | None
) -> User:
    """`what` names the mail to her and the line of the log. Links that wait open nothing more."""
    with transaction.atomic():
        AccountLink.open_ones(user).update(withdrawn_at=timezone.now())
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user, keep=keep, by=by)
        forget_wrong_passwords(user)
        note(what, user=user, by=by)
        tell(user, what, has_password=password is not None)
    return user
