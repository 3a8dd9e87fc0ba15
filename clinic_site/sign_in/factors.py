"""A person's second factor: connected once, replaced, and never taken away so that none is left.

Passkeys have verbs of their own (`clinic_site/sign_in/passkeys/verbs.py`). Each verb locks the
account first, so that of two at once the second sees what the first did.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic_site.models import SpokenCode
from clinic_site.sessions.ending import Why, end_sessions, must_go_on
from clinic_site.sign_in.limits import forget_wrong_tries
from clinic_site.sign_in.passkeys.address import passkeys
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note

Type = Authenticator.Type
LAST_STEP = "last_step"  # in an authenticator's data: the 30-second step of the last code taken


class AlreadyConnected(Exception):
    """The account has a second factor: a password alone connects no other."""


class CodeNotHeard(Exception):
    """Her phone was lost, and the code that a colleague reads to her was not typed here."""


class NotConnected(Exception):
    """There is neither a phone nor a passkey to begin with."""


def has_factor(user: User) -> bool:
    """Any at all: recovery codes without a phone are one too."""
    return Authenticator.objects.filter(user_id=user.pk).exists()


def has_phone(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Type.TOTP).exists()


def locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def connect_phone(*, by: User, secret: str, step: int, session_key: str | None) -> Authenticator:
    """The first phone of an account, and its recovery codes. Ends her other sessions.

    `step` is the 30-second step of the code that proved the phone. Raises `AlreadyConnected`,
    `CodeNotHeard`.
    """
    if not (by.is_staff and by.is_active):
        raise PermissionDenied
    with transaction.atomic():
        user = locked(by)
        if has_factor(user):
            raise AlreadyConnected
        must_go_on(session_key)
        take_what_was_heard(user, session_key)
        phone = add_phone(user, secret, step)
        RecoveryCodes.activate(user)
        end_sessions(user, keep=session_key)
        note(Kind.PHONE_CONNECTED, user=user, by=by)
        tell(user, "phone_connected")
    return phone


def take_what_was_heard(user: User, session_key: str | None) -> None:
    """Asked by whatever connects a first factor, in its transaction. Raises `CodeNotHeard`."""
    if SpokenCode.is_awaited(user.pk, session_key):
        raise CodeNotHeard
    SpokenCode.objects.filter(user=user).delete()


def replace_phone(*, by: User, secret: str, step: int, session_key: str | None) -> Authenticator:
    """Another phone instead of the one before, in one step, or one beside her passkeys.

    Ends her other sessions.
    """
    with transaction.atomic():
        user = locked(by)
        must_go_on(session_key)
        gone, _ = Authenticator.objects.filter(user=user, type=Type.TOTP).delete()
        if not gone and not passkeys(user).exists():
            raise NotConnected
        phone = add_phone(user, secret, step)
        end_sessions(user, keep=session_key)
        forget_wrong_tries(user)
        note(Kind.PHONE_REPLACED if gone else Kind.PHONE_CONNECTED, user=user, by=by)
        tell(user, "phone_replaced" if gone else "phone_added")
    return phone


def add_phone(user: User, secret: str, step: int) -> Authenticator:
    phone = TOTP.activate(user, secret).instance
    phone.data[LAST_STEP] = step
    phone.save(update_fields=["data"])
    return phone


def renew_codes(*, by: User, session_key: str | None) -> Authenticator:
    """New recovery codes; the ones before open nothing any more. Ends her other sessions."""
    with transaction.atomic():
        user = locked(by)
        must_go_on(session_key)
        if not has_phone(user) and not passkeys(user).exists():
            raise NotConnected
        Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(user).instance
        end_sessions(user, keep=session_key)
        note(Kind.CODES_RENEWED, user=user, by=by)
        tell(user, "codes_renewed")
    return codes


def show_codes_once(*, by: User) -> tuple[list[str], int]:
    """The recovery codes, to her who has not seen them yet, else none; and how many are left."""
    with transaction.atomic():
        locked(by)
        codes = Authenticator.objects.filter(user=by, type=Type.RECOVERY_CODES).first()
        if codes is None:
            return [], 0
        wrapped = codes.wrap()
        unused = wrapped.get_unused_codes()
        if wrapped.did_view:
            return [], len(unused)
        wrapped.mark_as_viewed()
    return unused, len(unused)


def codes_left(user: User) -> int:
    codes = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def reset_factor(*, user: User, by: User | None = None) -> int:
    """For a colleague who lost phone, passkeys and codes, told to her. Ends her sessions.

    By nobody: an operator's verb, and until she connects another her password alone protects the
    account. A colleague comes through `clinic_site/people/leaving.py`, which asks whether he may.
    How many factors went.
    """
    with transaction.atomic():
        user = locked(user)
        gone = forget_factors(user)
        end_sessions(user, why=Why.BY_COLLEAGUE if by else Why.ACCOUNT, by=by)
        note(Kind.FACTOR_RESET, user=user, by=by)
        tell(user, "factor_reset", by=by)
    return gone


def forget_factors(user: User) -> int:
    """Phone, passkeys, recovery codes, and what was tried at them; in the caller's transaction."""
    gone, _ = Authenticator.objects.filter(user=user).delete()
    SpokenCode.objects.filter(user=user).delete()
    forget_wrong_tries(user)
    return gone
