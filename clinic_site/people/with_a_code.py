"""Forms about people and roles: a fresh code before they open, and the rules of `granting.py`."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from clinic_site.people import granting
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately


class ChangedWithACode(admin.ModelAdmin):
    """Asks for a code before a form is opened and before a row is deleted, so that nothing typed
    is lost. Rows go one by one: a list of many would pass by the rules for each."""

    actions = None

    def why_it_stays(self, request: HttpRequest, obj: Any) -> str:
        raise NotImplementedError

    def why_it_is_kept(self, request: HttpRequest, obj: Any) -> str:
        return self.why_it_stays(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and not (obj and self.why_it_stays(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and not (obj and self.why_it_is_kept(request, obj))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        obj = self.get_object(request, object_id) if object_id else None
        if request.method != "POST" and not confirmed_lately(request):
            may = self.has_change_permission(request, obj) if obj else not object_id
            if may:
                return ask_for_code(request)
        why = {"why": self.why_it_stays(request, obj) if obj else ""}  # stands above what is fixed
        return super().changeform_view(
            request, object_id, form_url, {**why, **(extra_context or {})}
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        if self.has_delete_permission(request) and not confirmed_lately(request):
            return ask_for_code(request)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Asked again under the lock; the transaction is the view's."""
        granting.locked(request.user, f"auth.delete_{self.opts.model_name}")  # type: ignore[arg-type]
        if self.why_it_is_kept(request, obj):
            raise PermissionDenied
        super().delete_model(request, obj)
