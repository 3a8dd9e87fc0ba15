"""What is typed to change a colleague's account or a group. A refusal stands next to its field.

The page asked for a code when it was opened. Where that code has grown old, the form comes back
with all that was typed.
"""

from typing import Any

from allauth.core import context
from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils.html import format_html

from clinic_site.sign_in.gate import confirmed_lately
from clinic_site.sign_in.passwords import set_password
from clinic_site.staff import granting

TYPE_A_CODE = (
    "Nothing is saved yet: your last code is more than 10 minutes old."
    ' <a href="{}" target="_blank">Type a new code in another tab</a>, come back to this one and'
    " save again."
)


class AsksForACode(forms.BaseForm):
    """Refuses what comes without a code of the last minutes, and what she may no longer do."""

    right = ""

    def clean(self) -> Any:
        data = super().clean()
        if not confirmed_lately(context.request):
            where = reverse("mfa_reauthenticate")
            raise forms.ValidationError(format_html(TYPE_A_CODE, where), code="code")
        granting.locked(context.request.user, self.right)
        return data


def refuse(words: str) -> None:
    if words:
        raise forms.ValidationError(words)


def by() -> User:
    user: User = context.request.user
    return user


class AccountForm(AsksForACode, UserChangeForm):
    """Fields that she may not change at all are not in the form (`people_admin.py`)."""

    right = "auth.change_user"

    def clean(self) -> Any:
        data = super().clean()
        refuse(granting.why_account_stays(by=by(), user=self.instance))  # asked under the lock
        return data

    def clean_is_superuser(self) -> bool:
        is_one: bool = self.cleaned_data["is_superuser"]
        if is_one and not by().is_superuser:
            refuse("Only a superuser makes a superuser.")
        return is_one

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        before = set(self.instance.groups.values_list("pk", flat=True))
        new = [group for group in groups if group.pk not in before]
        refuse(granting.why_groups_not_given(by=by(), groups=new))
        return groups

    def clean_user_permissions(self) -> Any:
        permissions = self.cleaned_data["user_permissions"]
        new = new_ones(permissions, self.instance.user_permissions)
        refuse(granting.why_rights_not_given(by=by(), permissions=new))
        return permissions


class GroupForm(AsksForACode, forms.ModelForm):
    right = "auth.view_group"  # adding and changing ask for more (`people_admin.py`)

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def clean_permissions(self) -> Any:
        permissions = self.cleaned_data["permissions"]
        new = new_ones(permissions, self.instance.permissions) if self.instance.pk else permissions
        refuse(granting.why_rights_not_given(by=by(), permissions=new))
        return permissions


def new_ones(chosen: Any, kept: Any) -> list[Permission]:
    before = set(kept.values_list("pk", flat=True))
    return [each for each in chosen if each.pk not in before]


class ColleaguesPasswordForm(AsksForACode, AdminPasswordChangeForm):
    """A new password for a colleague, who is told of it."""

    right = "auth.change_user"

    def clean(self) -> Any:
        """The page shows what is wrong beside its fields only."""
        try:
            return super().clean()
        except forms.ValidationError as problem:
            return self.add_error("password1", problem)

    def save(self, commit: bool = True) -> User:
        is_usable = self.cleaned_data.get("set_usable_password", True)
        password = self.cleaned_data["password1"] if is_usable else None
        return set_password(user=self.user, password=password, by=by())
