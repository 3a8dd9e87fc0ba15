"""A new password, by its owner or by a colleague."""

from django.contrib.auth.models import User
from django.db import transaction

from clinic_site.sign_in.limits import forget_wrong_tries
from clinic_site.staff.notes import tell
from clinic_site.staff.sessions import end_sessions


def change_password(*, by: User, password: str, session_key: str | None) -> User:
    """By herself, who typed the old one. Ends her other sessions."""
    return store_password(by, password, "password_changed", keep=session_key)


def set_password(*, user: User, password: str) -> User:
    """By a colleague with the right to change accounts. Ends every session of the person."""
    return store_password(user, password, "password_set", keep=None)


def store_password(user: User, password: str, what: str, *, keep: str | None) -> User:
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user, keep=keep)
        forget_wrong_tries(user)
        tell(user, what)
    return user
