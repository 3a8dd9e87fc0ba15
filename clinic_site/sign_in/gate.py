"""What a session opens: nothing without password *and* code, save the way to the missing one.

A passkey that asked for a finger, a face or a PIN counts as both (docs/decisions/039).
"""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from clinic_site.models import SpokenCode, StaffSession
from clinic_site.sessions.earlier_tokens import passes_with_the_one_before
from clinic_site.sessions.kept_forms import (
    forget_what_was_sent,
    is_sent_by_a_person,
    keep_form,
)
from clinic_site.sign_in.factors import has_factor
from clinic_site.sign_in.passkeys.address import can_have_passkeys

AFTER_ENROLMENT = "after_enrolment"  # where a person was going before her phone was connected
OPEN_WITHOUT_A_CODE = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_link",
    "forgot_password",
    "forgot_password_sent",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "type_spoken_code",
    "choose_factor",
    "add_passkey",
    "passkey_options",
    "new_passkey_options",
    "passkey_sign_in",
    "admin:login",
    "admin:logout",
    "admin:guide",  # the words that come with the software, for whoever cannot sign in
    "staff_session",  # scripts ask it whether the session goes on
}
# Of these, what stays open to a password alone after *lost phone*, until the code that a colleague
# reads to her was typed. Whatever else connects a second factor waits for it.
OPEN_BEFORE_THE_SPOKEN_CODE = {
    "account_login",
    "account_logout",
    "account_inactive",
    "type_spoken_code",
    "admin:logout",
    "staff_session",
}
Why = StaffSession.Why
WHY_IT_ENDED = {
    Why.IDLE: "You were signed out because nothing happened here for a while.",
    Why.ABSOLUTE: "You were signed out because you had been signed in for a whole day’s work.",
    Why.BY_HERSELF: "You ended this session from another computer.",
    Why.BY_COLLEAGUE: "A colleague ended your sessions.",
    Why.LEFT: "A colleague has closed your account. Was that a mistake? Ring the rooms.",
    Why.ACCOUNT: "You were signed out because your password, phone or account was changed.",
    Why.UNREADABLE: "You were signed out because the site has other keys now.",
}
IT_IS_KEPT = "What you sent is kept for an hour. Sign in, and send it with one button."
IT_IS_NOT_KEPT = "What you sent could not be kept. Press Back in your browser to see it once more."


def used_second_factor(request: HttpRequest) -> bool:
    """Whether a code was typed in this very session, or a passkey used."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether a code was typed, or a passkey used, lately (ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    return bool(did_recently_reauthenticate(request))


def next_sign_in_step(request: HttpRequest) -> str:
    """Where a person must go next: password, a first phone or passkey, or a code.

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
        first = "choose_factor" if can_have_passkeys() else "mfa_activate_totp"
        return f"{reverse(first)}?{urlencode({'next': after})}"
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': after})}"


def ask_for_code(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a code, and back here. A form that was sent is never kept.

    A thief at a live session could else leave one that the code of its owner sends.
    """
    if is_sent_by_a_person(request):
        messages.warning(request, IT_IS_NOT_KEPT)
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
        response = self.get_response(request)
        if request.method != "POST" or not request.path_info.startswith("/admin/"):
            return response
        if 300 <= response.status_code < 400:  # a page instead shows errors: nothing arrived
            forget_what_was_sent(request)
        elif response.status_code == 403 and is_from_another_tab(request):
            return HttpResponseRedirect(reverse("kept_forms"))
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not match or not request.path_info.startswith("/admin/"):
            return None  # public pages ask for no session
        if used_second_factor(request):
            return None
        if match.view_name in OPEN_WITHOUT_A_CODE:
            return first_the_spoken_code(request, match.view_name)
        explain_and_keep(request)
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")


def first_the_spoken_code(request: HttpRequest, view_name: str) -> HttpResponse | None:
    user = request.user
    if view_name in OPEN_BEFORE_THE_SPOKEN_CODE or not user.is_authenticated:
        return None
    is_awaited = SpokenCode.is_awaited(user.pk, request.session.session_key)
    return HttpResponseRedirect(reverse("type_spoken_code")) if is_awaited else None


def is_from_another_tab(request: HttpRequest) -> bool:
    """A form that stood open while she signed in again in another tab: it is kept for her."""
    was_checked = getattr(request, "csrf_processing_done", False)
    if was_checked or not used_second_factor(request) or not passes_with_the_one_before(request):
        return False
    return keep_form(user=request.user, request=request) is not None  # type: ignore[arg-type]


def explain_and_keep(request: HttpRequest) -> None:
    """Say why the session ended, and keep what was typed into it for whoever it was."""
    session: Any = request.session
    typist = User.objects.filter(pk=session.typed_by() or 0).first()
    words = []
    if session.ended and session.ended.with_code:
        words.append(WHY_IT_ENDED.get(session.ended.ended_why, "You were signed out."))
    if typist and is_sent_by_a_person(request):
        kept = keep_form(user=typist, request=request)
        words.append(IT_IS_KEPT if kept else IT_IS_NOT_KEPT)
    if words:
        messages.warning(request, " ".join(words))
