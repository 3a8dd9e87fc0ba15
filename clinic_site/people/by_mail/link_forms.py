"""What is typed behind a link from a mail, and to get one. A refusal says what to do."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from django import forms

from clinic_site.people.by_mail.invitations import ask_for_reset
from clinic_site.sign_in import limits
from clinic_site.sign_in.forms import wait
from clinic_site.sign_in.new_passwords import HOW_TO_CHOOSE
from clinic_site.sign_in.places import Place
from clinic_site.staff.sign_in_log import Kind, note_refusal


class ChoosePasswordForm(account.SetPasswordForm):
    """Her username is there for password managers, which else keep a password without a name."""

    username = forms.CharField(label="Your username", required=False)
    field_order = ["username", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "password1": ("Your new password", f"15 characters or more. {HOW_TO_CHOOSE}"),
            "password2": ("Your new password again", ""),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = help_text
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["username"].initial = self.user.get_username()
        self.fields["username"].disabled = True
        readonly = forms.TextInput({"autocomplete": "username", "readonly": True})
        self.fields["username"].widget = readonly


class ForgotForm(forms.Form):
    """A mail is asked for while the form is checked, as too many are a matter of what is typed."""

    login = forms.CharField(
        label="Username or email address",
        max_length=254,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "Type your username, or the address that we write to."},
    )

    def clean_login(self) -> str:
        typed: str = self.cleaned_data["login"]
        try:
            ask_for_reset(typed=typed, place=Place.of(context.request))
        except limits.TooMany as refusal:
            note_refusal(Kind.TOO_MANY, user=None, detail="forgotten passwords")
            words = f"This was asked for very often. Wait {limits.wait_in_words(refusal.seconds)}."
            raise wait(words, refusal) from None
        return typed
