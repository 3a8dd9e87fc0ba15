"""What we change in allauth's sign-in."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from clinic_site.models import Clinic
from clinic_site.sealing import seal, unseal


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by a colleague, never by a visitor."""
        return False


class SealedMFAAdapter(DefaultMFAAdapter):
    """Keeps the secret behind a person's codes unreadable in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return Clinic.current().name
