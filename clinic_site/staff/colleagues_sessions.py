"""Ending a colleague's sessions in the admin: by a button, or as she may not come in any more."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from clinic_site.models import AccountLink
from clinic_site.permissions import require
from clinic_site.sessions.ending import end_colleagues_sessions, end_sessions
from clinic_site.staff.granting import why_account_stays
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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is no member of staff any more is out at once, and stays out if it is undone."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        by: Any = request.user
        if change and not (obj.is_active and obj.is_staff):
            end_sessions(obj, by=by)
            AccountLink.open_ones(obj).update(withdrawn_at=timezone.now())
