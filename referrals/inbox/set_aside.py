"""Staff look at files that no enquiry names, and bring back those that one names again."""

from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from clinic_site.storing.away import StoreAway
from referrals.access_log import Action, note_access
from referrals.files import keeping
from referrals.inbox.sent_files import as_download
from referrals.inspecting.sniffing import ENDINGS, sniff


class FilesAside(admin.ModelAdmin):
    """Adds the list of what was set aside to the admin of an enquiry."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("aside/", wrap(self.aside), name="referrals_enquiry_aside"),
            path(
                "aside/<uuid:name>/",
                wrap(require_POST(self.save_aside)),
                name="referrals_enquiry_save_aside",
            ),
            *super().get_urls(),
        ]

    def aside(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(keeping.LOOK_ASIDE):
            raise PermissionDenied
        try:
            return self.look_aside(request)
        except StoreAway:
            words = "The store of files does not answer. Try again in a few minutes."
            self.message_user(request, words, messages.ERROR)
            return redirect("admin:index")

    def look_aside(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            back = keeping.look_for_rows(by=request.user)  # type: ignore[arg-type]
            self.message_user(request, f"Files put back: {back}.")
            return redirect("admin:referrals_enquiry_aside")
        by: Any = request.user
        note_access(references=[keeping.WHOLE_LIST], by=by, action=Action.ASIDE)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Files without an enquiry",
            "files": keeping.files_aside(),
        }
        return TemplateResponse(request, "admin/referrals/enquiry/aside.html", context)

    def save_aside(self, request: HttpRequest, name: UUID) -> HttpResponse:
        try:
            content = keeping.save_aside(name=name, by=request.user)  # type: ignore[arg-type]
        except (OSError, InvalidToken):
            words = "This file is no longer here, or no key opens it."
            self.message_user(request, words, messages.ERROR)
            return redirect("admin:referrals_enquiry_aside")
        ending = ENDINGS.get(sniff(content) or "", [".file"])[0]
        return as_download(content, "application/octet-stream", f"{str(name)[:8]}{ending}")
