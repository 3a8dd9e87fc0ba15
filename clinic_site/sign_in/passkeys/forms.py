"""What a browser brings back from a passkey. A refusal says what to do, next to the button."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.counting import count
from clinic_site.sign_in.limits import DAY
from clinic_site.sign_in.passkeys import ceremony
from clinic_site.sign_in.passkeys.verbs import LONGEST_NAME
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note_refusal
from clinic_site.web.browsers import described

MOST_CHARACTERS = 20_000  # of an answer: a long one has 3,000


class AnswerField(forms.JSONField):
    """Filled in by `static/js/passkey.js`."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MOST_CHARACTERS:
            raise forms.ValidationError(ceremony.Refused.words)
        try:
            return super().to_python(value)
        except RecursionError:  # brackets in brackets in brackets
            raise forms.ValidationError(ceremony.Refused.words) from None


class PasskeyForm(forms.Form):
    """The answer of a passkey she has: of `user`, or of whoever it is."""

    credential = AnswerField(
        error_messages={
            "required": "Nothing came from a passkey. Press the button again.",
            "invalid": ceremony.Refused.words,
        }
    )
    authenticator: Authenticator

    def __init__(self, *args: Any, user: User | None, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.purpose = user, purpose

    def clean_credential(self) -> Any:
        answer = self.cleaned_data["credential"]
        try:
            self.authenticator = ceremony.check(context.request, self.purpose, self.user, answer)
        except ceremony.Refused as refusal:
            note_refusal(Kind.PASSKEY_REFUSED, user=refusal.user, detail=refusal.why)
            if isinstance(refusal, ceremony.Copied) and refusal.user:
                warn_once_a_day(refusal.user)
            raise forms.ValidationError(refusal.words) from None
        return answer

    def save(self) -> None:
        """A touch a moment ago also counts as confirming who she is."""
        alone = self.purpose == ceremony.SIGN_IN
        post_authentication(
            context.request, self.authenticator, reauthenticated=True, passwordless=alone
        )


class NewPasskeyForm(forms.Form):
    """A passkey that was made just now, and what she calls it."""

    name = forms.CharField(
        label="What do you call it?",
        help_text="So that you know it again, for example: my telephone.",
        max_length=LONGEST_NAME,
        required=False,  # a passkey that was made is never lost over its name
    )
    credential = AnswerField(error_messages=PasskeyForm.base_fields["credential"].error_messages)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.made: dict[str, Any] = {}

    def clean_name(self) -> str:
        agent = context.request.headers.get("User-Agent", "")
        return self.cleaned_data["name"] or described(agent)[:LONGEST_NAME]

    def clean_credential(self) -> Any:
        answer = self.cleaned_data["credential"]
        try:
            self.made = ceremony.check_new(context.request, self.user, answer)
        except ceremony.Refused as refusal:
            note_refusal(Kind.PASSKEY_REFUSED, user=self.user, detail=f"new: {refusal.why}")
            raise forms.ValidationError(refusal.words) from None
        return answer


def warn_once_a_day(user: User) -> None:
    with transaction.atomic():
        at = timezone.now()
        if count(purpose="warned of a copy", source=str(user.pk), at=at, within=DAY) == 1:
            tell(user, "passkey_copied")
