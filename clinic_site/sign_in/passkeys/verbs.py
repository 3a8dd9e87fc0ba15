"""A person's passkeys: added, and removed by herself as long as something else lets her in.

Each verb locks the account first, as those of `clinic_site/sign_in/factors.py` do.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic_site.sessions.ending import end_sessions, must_go_on
from clinic_site.sign_in.factors import (
    AlreadyConnected,
    NotConnected,
    Type,
    has_factor,
    has_phone,
    locked,
    take_what_was_heard,
)
from clinic_site.sign_in.passkeys.address import all_passkeys, passkeys
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note

MOST = 10  # of one person
LONGEST_NAME = 40


class AlreadyThere(Exception):
    """Somebody has this very passkey."""


class TooManyPasskeys(Exception):
    """She has `MOST`."""


class LastFactor(Exception):
    """Without it, neither a phone nor a passkey would be left."""


def connect_passkey(
    *, by: User, name: str, made: dict[str, Any], session_key: str | None
) -> Authenticator:
    """The first factor of an account, and its recovery codes. Ends her other sessions.

    `made` is what `ceremony.check_new` gives. Raises `AlreadyConnected`, `AlreadyThere`,
    `CodeNotHeard`.
    """
    if not (by.is_staff and by.is_active):
        raise PermissionDenied
    with transaction.atomic():
        user = locked(by)
        if has_factor(user):
            raise AlreadyConnected
        take_what_was_heard(user, session_key)
        passkey = store(user, name, made, session_key)
        RecoveryCodes.activate(user)
    return passkey


def add_passkey(
    *, by: User, name: str, made: dict[str, Any], session_key: str | None
) -> Authenticator:
    """One more. Ends her other sessions.

    Raises `NotConnected` where nothing protects the account: a password alone adds nothing there.
    """
    with transaction.atomic():
        user = locked(by)
        if not has_factor(user):
            raise NotConnected
        if all_passkeys(user).count() >= MOST:
            raise TooManyPasskeys
        return store(user, name, made, session_key)


def store(user: User, name: str, made: dict[str, Any], session_key: str | None) -> Authenticator:
    must_go_on(session_key)
    named = Authenticator.objects.filter(
        type=Type.WEBAUTHN, data__credential_id=made["credential_id"]
    )
    if named.exists():
        raise AlreadyThere
    passkey: Authenticator = WebAuthn.add(user, name[:LONGEST_NAME], made["credential"]).instance
    passkey.data |= made
    passkey.save(update_fields=["data"])
    end_sessions(user, keep=session_key)
    note(Kind.PASSKEY_ADDED, user=user, by=user, detail=passkey.data["name"])
    tell(user, "passkey_added")
    return passkey


def remove_passkey(*, by: User, pk: int, session_key: str | None) -> Authenticator:
    """One of her own. Ends her other sessions.

    Raises `Authenticator.DoesNotExist` for another's, `LastFactor`.
    """
    with transaction.atomic():
        user = locked(by)
        must_go_on(session_key)
        passkey = all_passkeys(user).get(pk=pk)
        if not may_go(passkey):
            raise LastFactor
        passkey.delete()
        end_sessions(user, keep=session_key)
        note(Kind.PASSKEY_REMOVED, user=user, by=user, detail=passkey.data["name"])
        tell(user, "passkey_removed")
    return passkey


def may_go(passkey: Authenticator) -> bool:
    """Whether a phone or another passkey is left that lets her in."""
    user = passkey.user
    return has_phone(user) or passkeys(user).exclude(pk=passkey.pk).exists()
