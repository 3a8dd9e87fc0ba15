"""The administrator's side: invite a colleague, send it again, take it back."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from clinic_site.people import granting
from clinic_site.people.account_forms import AsksForACode, refuse
from clinic_site.people.by_mail import invitations
from clinic_site.people.rights import in_words, known_duties, rights_of_group
from clinic_site.people.roles import groups_with_everything
from clinic_site.permissions import require
from clinic_site.sign_in.gate import ask_for_code, confirmed_lately
from clinic_site.web.rows import row_or_404

ADDRESS_TAKEN = "A colleague has this address already. Look for her among the people."
NAME_TAKEN = "Somebody has this username. Take another, or leave it empty."


class RoleChoice(forms.ModelMultipleChoiceField):
    """Each role with its duties, as nobody knows on her first day what a publisher does."""

    def label_from_instance(self, obj: Any) -> str:
        if obj in groups_with_everything():
            return f"{obj.name}: may do everything"
        duties = in_words(rights_of_group(obj), known_duties()).shown
        words = ", ".join(duty.title.lower() for duty in duties)
        return f"{obj.name}: {words}" if words else obj.name


class InvitationForm(AsksForACode, forms.Form):
    right = invitations.RIGHT
    first_name = forms.CharField(
        label="First name", max_length=150, error_messages={"required": "Type her first name."}
    )
    last_name = forms.CharField(
        label="Last name", max_length=150, error_messages={"required": "Type her last name."}
    )
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="The invitation goes there. Take one that she alone reads.",
        error_messages={"required": "Type her address: the invitation goes there."},
    )
    groups = RoleChoice(
        Group.objects.none(),
        label="What she will do",
        widget=forms.CheckboxSelectMultiple,
        help_text="You can give what your own account may do.",
        error_messages={"required": "Tick at least one."},
    )
    username = forms.CharField(
        label="Username",
        max_length=150,
        required=False,
        validators=[User.username_validator],
        help_text="Leave it empty, and it is made of the name: jo.sample.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email", "username"):
            self.fields[name].widget.attrs["autocomplete"] = "off"  # it is not her own
        roles: Any = self.fields["groups"]
        roles.queryset = roles_to_give(context.request.user)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            refuse(ADDRESS_TAKEN)
        return email

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if username and invitations.is_taken(username):
            refuse(NAME_TAKEN)
        return username


def roles_to_give(by: User) -> QuerySet[Group]:
    groups = Group.objects.prefetch_related("permissions").order_by("name")
    given = [group.pk for group in groups if granting.may_give(by, group.permissions.all())]
    return Group.objects.filter(pk__in=given).order_by("name")


class InvitesColleagues:
    """Mixed into the account's ModelAdmin: nobody types a password for somebody else."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        ours = [
            path("invite/", wrap(self.invite), name="invite"),
            path("<int:pk>/invite-again/", wrap(self.invite_again), name="invite_again"),
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="withdraw_invitation"),
        ]
        return [*ours, *super().get_urls()]  # type: ignore[misc]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's form, in which a colleague types the password, is not there."""
        require(request.user, invitations.RIGHT)  # type: ignore[arg-type]
        return redirect("admin:invite")

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        user: User | None = kwargs.get("obj")
        if user:
            invitation = invitations.open_invitation(user)
            context |= {"invitation": invitation, "is_waiting": invitations.is_waiting(user)}
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def invite(self, request: HttpRequest) -> HttpResponse:
        require(request.user, invitations.RIGHT)  # type: ignore[arg-type]
        if request.method != "POST" and not confirmed_lately(request):
            return ask_for_code(request)
        with transaction.atomic():
            form = InvitationForm(request.POST if request.method == "POST" else None)
            if form.is_bound and form.is_valid() and (user := invited(request, form)):
                messages.success(request, f"{sent_to(user)} The link works for seven days.")
                return redirect("admin:auth_user_changelist")
        shown = {**self.admin_site.each_context(request), "title": "Invite a colleague"}
        return render(request, "admin/auth/user/invite.html", {**shown, "form": form})

    def invite_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        def send(user: User) -> None:
            invitations.send_again(by=request.user, user=user)  # type: ignore[arg-type]
            messages.success(request, f"{sent_to(user)} The one before works no more.")

        return self.decide(request, pk, send)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        def take_back(user: User) -> None:
            invitations.withdraw(by=request.user, user=user)  # type: ignore[arg-type]
            messages.success(request, f"The invitation of {user.get_username()} is taken back.")

        return self.decide(request, pk, take_back)

    def decide(self, request: HttpRequest, pk: int, verb: Callable[[User], None]) -> HttpResponse:
        """A button: pressed on a page of ours, after a code of the last minutes."""
        if request.method != "POST":
            raise PermissionDenied
        require(request.user, invitations.RIGHT)  # type: ignore[arg-type]
        user = row_or_404(User.objects.all(), pk)
        there = redirect("admin:auth_user_change", pk)
        if not confirmed_lately(request):  # that page asks for a code
            messages.warning(request, "Type your code, then press the button once more.")
            return there
        try:
            verb(user)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal) or "You may not do that.")
        except invitations.NotWaiting:
            name = user.get_username()
            why = "it has a password, is closed, or has no mail address"
            messages.error(request, f"Nothing was sent to the account {name}: {why}.")
        return there


def invited(request: HttpRequest, form: InvitationForm) -> User | None:
    """None where a colleague was faster: then the form says so, with all that was typed."""
    by: Any = request.user
    try:
        return invitations.invite(by=by, **form.cleaned_data).user
    except invitations.AddressTaken:
        form.add_error("email", ADDRESS_TAKEN)
    except invitations.NameTaken:
        form.add_error("username", NAME_TAKEN)
    return None


def sent_to(user: User) -> str:
    return f"An invitation is on its way to {user.email}, for the account {user.get_username()}."
