"""Is it the right code? Codes of the phone and recovery codes, each taken once and limited."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from clinic_site.counting import count
from clinic_site.models import SpokenCode
from clinic_site.models.staff_sessions import StaffSession
from clinic_site.sign_in import limits
from clinic_site.sign_in.factors import LAST_STEP, Type, codes_left
from clinic_site.sign_in.places import Place
from clinic_site.staff.notes import tell

SPOKEN = 8  # digits of a code that a colleague reads on the telephone
KIND_OF_LENGTH = {6: "code", 8: "recovery code"}


class NoCode(Exception):
    """What was typed is neither 6 nor 8 digits."""


class WrongCode(Exception):
    """Not a code of this person."""


class OldCode(Exception):
    """The code that a colleague read to her is of yesterday."""


class UsedCode(Exception):
    """A code of the phone that was taken before."""


def digits_of(typed: str) -> str:
    """What was typed without the gaps and dashes that apps and paper show."""
    return re.sub(r"[\s\-–.]", "", unicodedata.normalize("NFKC", typed))


def check_code(
    *, user: User, typed: str, place: Place, at: datetime | None = None
) -> Authenticator:
    """The authenticator whose code this is. Each code is taken once.

    Raises `NoCode`, `WrongCode`, `UsedCode`, `limits.TooMany`.
    """
    at = at or timezone.now()
    digits = digits_of(typed)
    kind = KIND_OF_LENGTH.get(len(digits))
    if not kind or not re.fullmatch("[0-9]+", digits):
        raise NoCode
    attempt = limits.begin(limits.code_limits(kind, user, place, at=at), at=at)
    take = take_phone_code if kind == "code" else take_recovery_code
    try:
        authenticator = take(user, digits)
    except WrongCode:
        if attempt.fullest >= limits.GROWING[0][0]:
            warn_once_a_day(user, at)
        raise
    attempt.was_right()
    return authenticator


def take_phone_code(user: User, digits: str) -> Authenticator:
    """A code is taken once, and none that is older than the last one taken."""
    with transaction.atomic():
        phone = Authenticator.objects.select_for_update().filter(user=user, type=Type.TOTP).first()
        step = step_of(decrypt(phone.data["secret"]), digits) if phone else None
        if phone is None or step is None:
            raise WrongCode
        if step <= phone.data.get(LAST_STEP, 0):
            raise UsedCode
        phone.data[LAST_STEP] = step
        phone.save(update_fields=["data"])
    return phone


def take_recovery_code(user: User, digits: str) -> Authenticator:
    with transaction.atomic():
        codes = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
        if codes is None or not codes.wrap().validate_code(digits):
            raise WrongCode
        tell(user, "recovery_code_used", left=codes_left(user))
    return codes


def make_spoken_code(*, user: User, at: datetime | None = None) -> str:
    """Eight digits that a colleague reads to her on the telephone; the ones before count no more.

    In the caller's transaction, after her factors are gone. They are kept nowhere.
    """
    digits = f"{secrets.randbelow(10**SPOKEN):0{SPOKEN}}"
    facts = {"digest": SpokenCode.digest_of(user.pk, digits), "typed_in": ""}
    made_at = at or timezone.now()
    SpokenCode.objects.update_or_create(user=user, defaults={**facts, "made_at": made_at})
    return digits


def take_spoken_code(
    *, user: User, typed: str, session_key: str | None, at: datetime | None = None
) -> SpokenCode:
    """She heard it: this session may connect a second factor.

    Raises `NoCode`, `WrongCode`, `OldCode`, `limits.TooMany`.
    """
    at, digits = at or timezone.now(), digits_of(typed)
    if not re.fullmatch(f"[0-9]{{{SPOKEN}}}", digits):
        raise NoCode
    attempt = limits.begin(limits.spoken_limits(user), at=at)
    with transaction.atomic():
        code = SpokenCode.objects.select_for_update().filter(user=user).first()
        if code is None or not code.fits(digits):
            raise WrongCode
        if code.is_old(at):
            raise OldCode
        code.typed_in = StaffSession.hash_of(session_key)
        code.save(update_fields=["typed_in"])
    attempt.was_right()
    return code


def step_of(secret: str, digits: str) -> int | None:
    """The newest 30-second step, of the few that are taken, in which this code was shown."""
    found = None
    for step in yield_hotp_counters_from_time():
        if constant_time_compare(format_hotp_value(hotp_value(secret, step)), digits):
            found = step
    return found


def code_of_now(secret: str) -> str:
    """What the phone shows at this moment."""
    steps = list(yield_hotp_counters_from_time())  # a few before, now, a few to come
    step = steps[len(steps) // 2]
    return str(format_hotp_value(hotp_value(secret, step)))


def warn_once_a_day(user: User, at: datetime) -> None:
    """Wrong codes come from somebody who typed the right password."""
    day = timedelta(days=1)
    with transaction.atomic():
        if count(purpose="warned of codes", source=str(user.pk), at=at, within=day) == 1:
            tell(user, "wrong_codes")
