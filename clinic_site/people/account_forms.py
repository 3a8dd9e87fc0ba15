"""What is typed to change a colleague's account or a role. A refusal stands next to its field.

The page asked for a code when it was opened. Where that code has grown old, the form comes back
with all that was typed.
"""

from typing import Any

from allauth.core import context
from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.html import format_html

from clinic_site.people import granting
from clinic_site.people.rights import (
    Duty,
    Held,
    after_ticking,
    in_words,
    known_duties,
    permissions_of,
    rights_of_group,
    with_rights,
)
from clinic_site.sign_in.gate import confirmed_lately
from clinic_site.sign_in.passwords import set_password

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


class RolesField(forms.ModelMultipleChoiceField):
    """The roles there are, each with its duties for the page to show."""

    widget = forms.CheckboxSelectMultiple


class AccountForm(AsksForACode, forms.ModelForm):
    """Fields that she may not change at all are not in the form (`people_admin.py`)."""

    right = "auth.change_user"
    groups = RolesField(Group.objects.order_by("name"), required=False, label="Role")
    take_away = forms.BooleanField(required=False, label="Take these rights away")

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "username", "groups", "is_superuser")
        labels = {"email": "Email address", "is_superuser": "Owner"}
        help_texts = {
            "email": "Mail about her account goes there.",
            "username": "She signs in with it.",
            "is_superuser": "May do everything, also what no role gives: change what administrators"
            " may do, and make another person an owner.",
        }

    def clean(self) -> Any:
        data = super().clean()
        refuse(granting.why_account_stays(by=by(), user=self.instance))  # asked under the lock
        if self.stops_keeping() and granting.is_last_keeper(stored(self.instance)):
            self.add_error("groups" if "groups" in self.fields else None, granting.SOMEBODY_STAYS)
        return data

    def stops_keeping(self) -> bool:
        """Whether she could not look after all the others any more."""
        if "groups" not in self.cleaned_data:
            return False
        is_owner = self.cleaned_data.get("is_superuser", self.instance.is_superuser)
        everything = set(granting.groups_with_everything())
        return not is_owner and not everything & set(self.cleaned_data["groups"])

    def clean_is_superuser(self) -> bool:
        is_one: bool = self.cleaned_data["is_superuser"]
        if is_one and not by().is_superuser:
            refuse("Only an owner makes an owner.")
        return is_one

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        before = set(self.instance.groups.values_list("pk", flat=True))
        new = [group for group in groups if group.pk not in before]
        refuse(granting.why_groups_not_given(by=by(), groups=new))
        return groups

    def roles(self) -> list[tuple[Any, Group, Held | None]]:
        """Each box with its role and what that may do; None for everything."""
        duties, everything = known_duties(), set(granting.groups_with_everything())
        held = {
            group.pk: None if group in everything else in_words(rights_of_group(group), duties)
            for group in with_rights()
        }
        choices = [(box, box.data["value"].instance) for box in self["groups"].subwidgets]
        return [(box, group, held[group.pk]) for box, group in choices]


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


class RoleForm(AsksForACode, forms.ModelForm):
    """The name of a role, and its duties to tick. What was set by hand stays till taken away."""

    right = "auth.view_group"  # adding and changing ask for more (`with_a_code.py`)
    duties = forms.MultipleChoiceField(
        label="What may somebody with this role do?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    take_away = forms.BooleanField(required=False, label="Take the rights set by hand away")

    class Meta:
        model = Group
        fields = ("name",)
        labels = {"name": "Name of the role"}
        help_texts = {"name": "As you call it in the rooms, for example “Practice nurse”."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = rights_of_group(self.instance) if self.instance.pk else frozenset()
        self.known = known_duties()
        self.held = in_words(self.before, self.known)
        duties: Any = self.fields.get("duties")
        if duties:
            duties.choices = [(duty.name, duty.title) for duty in self.known]
            duties.initial = [duty.name for duty in self.held.duties]

    def clean_duties(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["duties"]
        new = [duty for duty in self.known if duty.name in ticked and duty not in self.held.duties]
        refuse(granting.why_duties_not_given(by=by(), duties=new))
        return ticked

    def set_permissions(self) -> None:
        """After the role is saved, in the same transaction."""
        keep = not self.cleaned_data.get("take_away")
        rights = after_ticking(self.before, self.cleaned_data["duties"], keep_by_hand=keep)
        self.instance.permissions.set(permissions_of(rights))

    def choices_in_words(self) -> list[tuple[Any, Duty]]:
        return list(zip(self["duties"].subwidgets, self.known, strict=True))


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
