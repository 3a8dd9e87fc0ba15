"""What we change in allauth's sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import get_user_by_username
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.sealing.tokens import seal, unseal
from clinic_site.sign_in import limits
from clinic_site.sign_in.factors import has_factor
from clinic_site.sign_in.forms import BUSY, BUSY_SECONDS, NO_WAIT_AT_HOME, wait
from clinic_site.sign_in.hashing import TooBusy, one_of_few
from clinic_site.sign_in.passkeys.address import host
from clinic_site.sign_in.places import Place
from clinic_site.staff.sign_in_log import Kind, note_refusal
from clinic_site.web.addresses import proven_address


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "This name and password do not belong together.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by a colleague, never by a visitor."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return proven_address(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page for all of them: a passkey, a code of the phone, a recovery code."""
        if not user.is_authenticated or not has_factor(user):
            return []
        return [{"id": "mfa_reauthenticate", "url": reverse("mfa_reauthenticate")}]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Counted before the password is looked at, alike for names that nobody has."""
        typed = str(credentials.get("username", ""))
        attempt = begin_password(request, typed)
        try:
            with one_of_few():
                user: User | None = super().authenticate(request, **credentials)
        except TooBusy:
            attempt.was_right()  # it was not looked at
            raise wait(BUSY, limits.TooMany(BUSY_SECONDS)) from None
        if user:
            attempt.was_right()
        else:
            note_refusal(Kind.WRONG_PASSWORD, user=get_user_by_username(typed))
        return user


def begin_password(request: HttpRequest, typed: str) -> limits.Attempt:
    """Raises `ValidationError` with the wait in words."""
    at = timezone.now()
    user = get_user_by_username(typed)
    account = limits.account_of(user, typed=typed)
    place = Place.of(request)
    counted = limits.password_limits(account, user, place, at=at)
    try:
        return limits.begin(counted, at=at)
    except limits.TooMany as refusal:
        note_refusal(Kind.TOO_MANY, user=user, detail="passwords")
        words = f"Too many wrong passwords. Wait {limits.wait_in_words(refusal.seconds)}."
        words = words if place.knows(user) else f"{words} {NO_WAIT_AT_HOME}"
        raise wait(words, refusal) from None


class SealedMFAAdapter(DefaultMFAAdapter):
    """Keeps the secret behind a person's codes unreadable in the database.

    Of a passkey the database has the public key alone, which opens nothing: it is not sealed.
    """

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": host(), "name": Clinic.current().name}

    def get_totp_issuer(self) -> str:
        return Clinic.current().name
