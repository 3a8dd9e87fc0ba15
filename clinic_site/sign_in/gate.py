"""What a session opens: nothing without password *and* code, save the way to the missing one."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from clinic_site.sign_in.factors import has_factor

AFTER_ENROLMENT = "after_enrolment"  # where a person was going before her phone was connected
OPEN_WITHOUT_A_CODE = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "admin:login",
    "admin:logout",
    "admin:conditions_page_session",  # the page editor’s script asks it whether the session goes on
}


def used_second_factor(request: HttpRequest) -> bool:
    """Whether a code was typed in this very session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether a code was typed in the last minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    return bool(did_recently_reauthenticate(request))


def next_sign_in_step(request: HttpRequest) -> str:
    """Where a person must go next: password, enrolment of a phone, or a code.

    Raises `PermissionDenied` for somebody who is signed in but is not staff.
    """
    after = safe_next(request)
    user = request.user
    if not user.is_authenticated:
        return f"{reverse('account_login')}?{urlencode({'next': after})}"
    if not user.is_staff:
        raise PermissionDenied
    if not has_factor(user):
        request.session[AFTER_ENROLMENT] = after
        return f"{reverse('mfa_activate_totp')}?{urlencode({'next': after})}"
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': after})}"


def ask_for_code(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a code, and back here. What was posted is not kept anywhere."""
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")


def safe_next(request: HttpRequest) -> str:
    target = request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if allowed else reverse("admin:index")


class SecondFactorGate:
    """Refuses every staff address that is not named above, also one that is added later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not match or not request.path_info.startswith("/admin/"):
            return None  # public pages ask for no session
        if match.view_name in OPEN_WITHOUT_A_CODE or used_second_factor(request):
            return None
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")
