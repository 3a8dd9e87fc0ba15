"""What people type to sign in. A refusal says what to do, next to the field."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from clinic_site.sign_in import codes, limits
from clinic_site.sign_in.factors import has_phone
from clinic_site.sign_in.hashing import TooBusy, one_of_few
from clinic_site.sign_in.new_passwords import HOW_TO_CHOOSE
from clinic_site.sign_in.passkeys.address import passkeys
from clinic_site.sign_in.places import Place
from clinic_site.staff.sign_in_log import Kind, note_refusal

WAIT = "wait"
BUSY_SECONDS = 10
BUSY = "Very many people sign in just now. Wait a few seconds, then try again."
NO_WAIT_AT_HOME = "On a computer where you have signed in before, you need not wait."


class Digits(forms.TextInput):
    """For a code. It comes back empty, as the next one is another."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "one-time-code", **attrs})

    def format_value(self, value: Any) -> None:
        return None


def wait(words: str, refusal: limits.TooMany) -> forms.ValidationError:
    """A refusal with the wait in words; views read the seconds from it."""
    seconds = {"seconds": refusal.seconds}
    return forms.ValidationError(words, code=WAIT, params=seconds)


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """A code of the phone, or a recovery code. The page is asked for it after the password."""

    code = forms.CharField(
        label="Code",
        widget=Digits(autofocus=True),
        help_text="6 digits from the app on your phone. No phone? 8 digits from your list.",
        error_messages={"required": "Type the 6 digits that the app shows."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not has_phone(user):
            self.fields["code"].help_text = "8 digits from your list of recovery codes."
        if passkeys(user).exists():  # a touch comes first: no keyboard over its button
            del self.fields["code"].widget.attrs["autofocus"]

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]
        place = Place.of(context.request)
        try:
            self.authenticator = codes.check_code(user=self.user, typed=typed, place=place)
        except codes.NoCode:
            raise forms.ValidationError(
                "A code from the app has 6 digits, a recovery code has 8."
            ) from None
        except codes.UsedCode:
            raise forms.ValidationError(
                "This code was used already. Wait for the next one: half a minute at most."
            ) from None
        except codes.WrongCode:
            note_refusal(Kind.WRONG_CODE, user=self.user)
            raise forms.ValidationError(
                "That is not the code. Take the one that the app shows now."
            ) from None
        except limits.TooMany as refusal:
            note_refusal(Kind.TOO_MANY, user=self.user, detail="codes")
            raise wait(self.words_for(refusal, typed, place), refusal) from None
        return typed

    def words_for(self, refusal: limits.TooMany, typed: str, place: Place) -> str:
        of_phone = len(codes.digits_of(typed)) == 6
        other = "a recovery code" if of_phone else "a code from your phone"
        words = (
            f"Too many wrong codes. Wait {limits.wait_in_words(refusal.seconds)}, or use {other}."
        )
        return words if place.knows(self.user) else f"{words} {NO_WAIT_AT_HOME}"


class SignInCodeForm(CodeForm):
    def save(self) -> None:
        """A code typed a moment ago also counts as confirming who she is."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class ConfirmCodeForm(SignInCodeForm):
    """In a session that goes on."""


class NewPhoneForm(forms.Form):
    """The first code of a phone that is being connected. `step` is when it was shown."""

    code = forms.CharField(
        label="Code from the app",
        widget=Digits(),
        error_messages={"required": "Type the 6 digits that the app shows."},
    )

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]
        step = codes.step_of(self.secret, codes.digits_of(typed))
        if step is None:
            raise forms.ValidationError(
                "That is not the code. Take the one that the app shows now. If it is refused"
                " again, let your phone set its clock by itself."
            )
        self.step = step
        return typed


class SpokenCodeForm(forms.Form):
    """The code that a colleague reads to her on the telephone, as her phone was lost."""

    code = forms.CharField(
        label="Code from your colleague",
        widget=Digits(autofocus=True),
        help_text="8 digits. A colleague who looks after accounts reads them to you.",
        error_messages={"required": "Type the 8 digits that your colleague reads to you."},
    )

    def __init__(self, *args: Any, user: User, session_key: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.session_key = user, session_key

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        try:
            codes.take_spoken_code(user=self.user, typed=typed, session_key=self.session_key)
        except codes.NoCode:
            raise forms.ValidationError("The code has 8 digits.") from None
        except codes.WrongCode:
            note_refusal(Kind.WRONG_CODE, user=self.user, detail="read by a colleague")
            raise forms.ValidationError(
                "That is not the code. Ask your colleague to read it once more."
            ) from None
        except codes.OldCode:
            raise forms.ValidationError(
                "This code was good for 24 hours. Ask your colleague for a new one."
            ) from None
        except limits.TooMany as refusal:
            note_refusal(Kind.TOO_MANY, user=self.user, detail="codes read by a colleague")
            words = f"Too many wrong codes. Wait {limits.wait_in_words(refusal.seconds)}"
            raise wait(f"{words}, or ask your colleague for a new one.", refusal) from None
        return typed


class NewPasswordForm(account.ChangePasswordForm):
    """The old password is asked for, and wrong ones are counted as at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": ("Your password now", ""),
            "password1": ("Your new password", f"15 characters or more. {HOW_TO_CHOOSE}"),
            "password2": ("Your new password again", ""),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = help_text
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean_oldpassword(self) -> str:
        at, place = timezone.now(), Place.of(context.request)
        counted = limits.password_limits(limits.account_of(self.user), self.user, place, at=at)
        try:
            attempt = limits.begin(counted, at=at)
        except limits.TooMany as refusal:
            note_refusal(Kind.TOO_MANY, user=self.user, detail="passwords")
            words = f"Too many wrong passwords. Wait {limits.wait_in_words(refusal.seconds)}."
            raise wait(words, refusal) from None
        old = self.cleaned_data["oldpassword"]
        try:
            with one_of_few():
                is_right = self.user.check_password(old)
        except TooBusy:
            attempt.was_right()
            raise wait(BUSY, limits.TooMany(BUSY_SECONDS)) from None
        if not is_right:
            note_refusal(Kind.WRONG_PASSWORD, user=self.user, detail="to change it")
            raise forms.ValidationError("That is not your password.")
        attempt.was_right()
        return old
