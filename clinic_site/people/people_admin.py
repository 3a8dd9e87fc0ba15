"""The page of all people, and one for each. Who may change whom is in `granting.py`.

Whoever is changed hears of it, and each change asks for a fresh code.
"""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from clinic_site.people import granting
from clinic_site.people.account_forms import AccountForm, ColleaguesPasswordForm
from clinic_site.people.by_mail.invite_page import InvitesColleagues
from clinic_site.people.cards import cards
from clinic_site.people.colleagues_sessions import EndsSessions
from clinic_site.people.coming_and_going import ComesAndGoes
from clinic_site.people.with_a_code import ChangedWithACode
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note

# They are registered by the imports above.
# A factor deleted here would end no session and tell nobody; the addresses here nobody writes to.
for library_table in (Authenticator, EmailAddress, Group, User):
    admin.site.unregister(library_table)

ASKED = ["first_name", "last_name", "email", "username", "groups", "is_superuser", "take_away"]


@admin.register(User)
class StaffUserAdmin(InvitesColleagues, ComesAndGoes, EndsSessions, ChangedWithACode, UserAdmin):
    form = AccountForm
    change_password_form = ColleaguesPasswordForm

    def why_it_stays(self, request: HttpRequest, obj: User) -> str:
        return granting.why_account_stays(by=request.user, user=obj)  # type: ignore[arg-type]

    def why_it_is_kept(self, request: HttpRequest, obj: User) -> str:
        return granting.why_account_is_kept(by=request.user, user=obj)  # type: ignore[arg-type]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """All of them on one page, instead of a table that is filtered and sorted."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = User.objects.prefetch_related("groups", "user_permissions")
        people = cards(rows.order_by("first_name", "last_name", "username"))
        context = {
            **self.admin_site.each_context(request),
            "title": "People",
            "opts": self.opts,
            "here": [card for card in people if card.is_here],
            "can": sum(card.is_here and not card.is_invited for card in people),
            "gone": [card for card in people if not card.is_here],
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/people/people.html", context)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        fixed = self.get_readonly_fields(request, obj)
        return [(None, {"fields": [name for name in ASKED if name not in fixed]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """What is not asked at all. Of her own account she changes no right; an owner, who holds
        them all, says there which roles she has: a doctor that she is a clinician."""
        if obj is None:
            return []
        fixed = ["username"] if granting.has_history(obj) else []  # logs know people by their names
        if obj.pk == request.user.pk:
            of_hers = [] if obj.is_superuser else ["groups"]
            return [*fixed, *of_hers, "is_superuser", "take_away"]
        fixed += [] if request.user.is_superuser else ["is_superuser"]
        return fixed if obj.user_permissions.exists() else [*fixed, "take_away"]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """`may` says for each step whether she may take it; a reason where she may not."""
        user: User | None = kwargs.get("obj")
        if user:
            rows = User.objects.prefetch_related("groups", "user_permissions").filter(pk=user.pk)
            context |= {"card": cards(rows)[0], "is_own": user.pk == request.user.pk}
            context |= {"title": context["card"].name, "may": self.steps_open(request, user)}
        return super().render_change_form(request, context, *args, **kwargs)

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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Her roles, and a line of the sign-in log where they are others now."""
        user: User = form.instance
        before = roles_of(user, was_owner=form.initial.get("is_superuser", user.is_superuser))
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("take_away"):
            user.user_permissions.clear()
        now = roles_of(user, was_owner=user.is_superuser)
        if change and now != before:
            by: Any = request.user
            note(
                Kind.ROLES_CHANGED, user=user, by=by, detail=f"{before or 'none'} → {now or 'none'}"
            )


def roles_of(user: User, *, was_owner: bool) -> str:
    names = ["Owner"] * was_owner + list(
        user.groups.order_by("name").values_list("name", flat=True)
    )
    by_hand = user.user_permissions.count()
    return ", ".join([*names, f"{by_hand} rights by hand"] if by_hand else names)
