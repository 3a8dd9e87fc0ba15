"""The staff site: Django's admin behind a second factor."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.module_loading import import_string

APP_ORDER = {"referrals": 0, "conditions": 1, "clinic_site": 2, "auth": 3}
HIDDEN_APPS = {"account"}
AFTER_ENROLMENT = "after_enrolment"  # where a person was going before her phone was connected


class StaffSite(AdminSite):
    site_header = "Clinic staff"
    site_title = "Clinic staff"
    index_title = "What would you like to do?"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, signed in with a password *and* a code in this very session."""
        return super().has_permission(request) and used_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead a person to the one step that is still missing."""
        if self.has_permission(request):
            return redirect(request.session.pop(AFTER_ENROLMENT, None) or safe_next(request))
        return HttpResponseRedirect(next_sign_in_step(request))

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """What staff need most comes first; what only the sign-in library needs is left out."""
        apps = super().get_app_list(request, app_label)
        shown = [app for app in apps if app["app_label"] not in HIDDEN_APPS or app_label]
        return sorted(shown, key=lambda app: APP_ORDER.get(app["app_label"], len(APP_ORDER)))

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        panels = [import_string(path)(request) for path in settings.STAFF_PANELS]
        return super().index(request, {"panels": panels, **(extra_context or {})})


def used_second_factor(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


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
    if not is_mfa_enabled(user):
        request.session[AFTER_ENROLMENT] = after
        return f"{reverse('mfa_activate_totp')}?{urlencode({'next': after})}"
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': after})}"


def safe_next(request: HttpRequest) -> str:
    target = request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if allowed else reverse("admin:index")
