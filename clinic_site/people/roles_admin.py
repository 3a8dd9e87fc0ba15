"""The page of roles, and one for each: what it may do is ticked in plain words."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from clinic_site.people import granting
from clinic_site.people.account_forms import RoleForm
from clinic_site.people.cards import name_of
from clinic_site.people.rights import Held, in_words, known_duties, rights_of_group, with_rights
from clinic_site.people.roles import groups_with_everything, note_duties
from clinic_site.people.with_a_code import ChangedWithACode


@admin.register(Group)
class StaffGroupAdmin(ChangedWithACode, GroupAdmin):
    form = RoleForm
    fields = ["name", "duties", "take_away"]
    filter_horizontal = []

    def why_it_stays(self, request: HttpRequest, obj: Group) -> str:
        return granting.why_group_stays(by=request.user, group=obj)  # type: ignore[arg-type]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Roles",
            "opts": self.opts,
            "roles": role_cards(),
            "owners": names_of(User.objects.filter(is_superuser=True)),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/people/roles.html", context)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        by_hand = in_words(rights_of_group(obj)).by_hand if obj else None
        return [] if by_hand else ["take_away"]

    def get_fieldsets(self, request: HttpRequest, obj: Group | None = None) -> Any:
        fixed = self.get_readonly_fields(request, obj)
        return [(None, {"fields": [name for name in self.fields if name not in fixed]})]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        group: Group | None = kwargs.get("obj")
        context["title"] = group.name if group else "A role of your own"
        if group:
            context["role"] = role_card(group, in_words(rights_of_group(group)))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.set_permissions()
        rights = set(rights_of_group(Group.objects.get(pk=form.instance.pk)))
        note_duties(group=form.instance, ticked=form.cleaned_data["duties"], rights=rights)


def role_cards() -> list[dict[str, Any]]:
    duties = known_duties()
    return [role_card(group, in_words(rights_of_group(group), duties)) for group in with_rights()]


def role_card(group: Group, held: Held) -> dict[str, Any]:
    return {
        "group": group,
        "held": held,
        "does_everything": group in groups_with_everything(),
        "people": names_of(group.user_set.all()),
    }


def names_of(users: Any) -> list[str]:
    """Of those who may sign in."""
    here = users.filter(is_active=True, is_staff=True).order_by("first_name", "username")
    return [name_of(user) for user in here]
