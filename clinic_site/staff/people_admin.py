"""Colleagues' accounts and groups in the admin. Who may change whom is in `granting.py`.

Whoever is changed hears of it, no factor is touched here, and each change asks for a fresh code.
"""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic_site.people.invite_page import InvitesColleagues
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.staff import granting
from clinic_site.staff.account_forms import (
    AccountForm,
    ColleaguesPasswordForm,
    GroupForm,
)
from clinic_site.staff.colleagues_sessions import EndsSessions
from clinic_site.staff.notes import tell

# They are registered by the imports above.
# A factor deleted here would end no session and tell nobody; the addresses here nobody writes to.
for library_table in (Authenticator, EmailAddress, Group, User):
    admin.site.unregister(library_table)

RIGHTS = ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]


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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Above a row that she may only look at stands why."""
        fieldsets = super().get_fieldsets(request, obj)
        why = self.why_it_stays(request, obj) if obj else ""
        (name, first), *others = fieldsets
        return [(name, {**first, "description": why}), *others] if why else fieldsets

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        if request.method != "POST" and not confirmed_lately(request):
            obj = self.get_object(request, object_id) if object_id else None
            may = self.has_change_permission(request, obj) if obj else not object_id
            if may:
                return ask_for_code(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

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


@admin.register(User)
class StaffUserAdmin(InvitesColleagues, EndsSessions, ChangedWithACode, UserAdmin):
    form = AccountForm
    change_password_form = ColleaguesPasswordForm
    list_display = ["username", "email", "first_name", "last_name", "is_active", "is_superuser"]

    def why_it_stays(self, request: HttpRequest, obj: User) -> str:
        return granting.why_account_stays(by=request.user, user=obj)  # type: ignore[arg-type]

    def why_it_is_kept(self, request: HttpRequest, obj: User) -> str:
        return granting.why_account_is_kept(by=request.user, user=obj)  # type: ignore[arg-type]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Dates are facts. Of her own account she changes no right."""
        fixed = ["last_login", "date_joined"]
        if obj and granting.has_history(obj):  # logs know people by their names
            fixed.append("username")
        if obj and obj.pk == request.user.pk:
            return [*fixed, *RIGHTS]
        return fixed if request.user.is_superuser else [*fixed, "is_superuser"]

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002
        form_url: str = "",
    ) -> HttpResponse:
        """Of a colleague: her own needs the password before, on a page of its own."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = self.get_object(request, id)
        if user and user.pk == request.user.pk:
            return redirect("account_change_password")
        if request.method != "POST" and not confirmed_lately(request):
            return ask_for_code(request)
        with transaction.atomic():
            response: HttpResponse = super().user_change_password(request, id, form_url)
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new address is told to the old one, where whoever took the account cannot read it."""
        before = form.initial.get("email", "") if change else ""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if before and before != obj.email:
                tell(obj, "email_changed", to=before)


@admin.register(Group)
class StaffGroupAdmin(ChangedWithACode, GroupAdmin):
    form = GroupForm

    def why_it_stays(self, request: HttpRequest, obj: Group) -> str:
        return granting.why_group_stays(by=request.user, group=obj)  # type: ignore[arg-type]
