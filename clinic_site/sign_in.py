"""What we change in allauth's sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse

from clinic_site.models import Clinic
from clinic_site.sealing import seal, unseal


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by a colleague, never by a visitor."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before a change to sign-in, but not on the first day:
        whoever connects a first phone has typed it a moment ago."""
        request = context.request
        if app == "allauth.mfa" and request and not is_mfa_enabled(request.user):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SealedMFAAdapter(DefaultMFAAdapter):
    """Keeps the secret behind a person's codes unreadable in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return Clinic.current().name


class EnrolPhone(ActivateTOTPView):
    """Setting up a phone proves that it is at hand, so it counts as this session's code.

    Otherwise a person on her first day would have to type a second code half a minute later.
    """

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, "mfa", type="totp", reauthenticated=True
        )
        return response


enrol_phone = EnrolPhone.as_view()
