"""Ending a colleague's sessions on her page, by a button."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from clinic_site.people.granting import why_account_stays
from clinic_site.permissions import require
from clinic_site.sessions.ending import end_colleagues_sessions
from clinic_site.web.rows import row_or_404


class EndsSessions:
    """Mixed into the account's ModelAdmin."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.end_sessions)
        ours = path("<int:pk>/end-sessions/", view, name="auth_user_end_sessions")
        return [ours, *super().get_urls()]  # type: ignore[misc]

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            raise PermissionDenied
        user = row_or_404(User.objects.all(), pk)
        by: Any = request.user
        require(by, "auth.change_user")
        if why := why_account_stays(by=by, user=user):
            messages.error(request, why)
            return redirect("admin:auth_user_change", user.pk)
        end_colleagues_sessions(by=by, user=user)
        messages.success(
            request, f"{user.get_username()} is signed out everywhere, and told of it."
        )
        return redirect("admin:auth_user_change", user.pk)
