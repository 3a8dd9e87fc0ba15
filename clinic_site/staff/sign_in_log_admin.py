"""The sign-in log in the admin: to read, for those who look after accounts."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from clinic_site.models import SignInEvent

COLUMNS = ("when", "what", "account", "done_by", "browser", "address")
SAME_SIGN = "Lines with the same address sign came from one network address on that day."
SHOWN = 6  # digits of an address's sign: enough to see which lines belong together


class KindFilter(admin.SimpleListFilter):
    title = "what happened"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(SignInEvent.Kind.choices)

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(kind=self.value()) if self.value() else rows


class PersonFilter(admin.SimpleListFilter):
    title = "account"
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.filter(is_staff=True).order_by("username")
        return [*((str(user.pk), user.get_username()) for user in people), ("nobody", "No account")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        if value == "nobody":
            return rows.filter(user_id=None)
        return rows.filter(user_id=int(value)) if value.isdecimal() else rows


@admin.register(SignInEvent)
class SignInEventAdmin(admin.ModelAdmin):
    list_display = COLUMNS
    list_display_links = None  # a line is all there is
    list_filter = [KindFilter, PersonFilter]
    list_per_page = 100
    ordering = ["-pk"]
    fields = COLUMNS
    readonly_fields = COLUMNS
    show_full_result_count = False
    empty_value_display = ""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        words = {"title": "Sign-in log", "subtitle": SAME_SIGN}
        return super().changelist_view(request, {**words, **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_change_users = request.user.has_perm("auth.change_user")
        return may_change_users or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignInEvent]:
        return super().get_queryset(request).select_related("user", "by")

    @admin.display(description="When")
    def when(self, line: SignInEvent) -> Any:
        return line.at

    @admin.display(description="What happened")
    def what(self, line: SignInEvent) -> str:
        words = f"{line.in_words}, {line.number} times" if line.number > 1 else line.in_words
        return f"{words}: {line.detail}" if line.detail else words

    @admin.display(description="Account")
    def account(self, line: SignInEvent) -> str:
        return name_of(line.user_id, line.user) or "none of ours"

    @admin.display(description="By")
    def done_by(self, line: SignInEvent) -> str:
        return name_of(line.by_id, line.by) if line.by_id != line.user_id else ""

    @admin.display(description="Address sign")
    def address(self, line: SignInEvent) -> str:
        return line.address_digest[:SHOWN]


def name_of(pk: int | None, user: User | None) -> str:
    """Also of an account that is gone."""
    if user:
        return user.get_username()
    return f"account {pk}, deleted" if pk else ""
