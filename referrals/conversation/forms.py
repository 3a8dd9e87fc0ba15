"""What is typed behind the link of an answer."""

from typing import Any

from django import forms

from referrals.fields import BirthDateField, LineField, TextField
from referrals.files.size_limits import TAKEN_IN_WORDS
from referrals.files.uploads import Files
from referrals.from_letter.whose import Wrong
from referrals.models import Answer

LONGEST_ANSWER = 10_000  # characters


def birth_date() -> forms.Field:
    return BirthDateField(
        label="The patient’s date of birth",
        help_text="As you sent it, even if it was wrong. Have the rooms corrected it since? Then"
        " the right one. Day, month and year, like 31/1/1980.",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Type the patient’s date of birth."},
    )


def last_digits() -> forms.Field:
    return LineField(
        label="The last four digits of your telephone number",
        help_text="Of the number in your first message, even if it was wrong. Have the rooms"
        " corrected it since? Then of the right one.",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "Type the last four digits of the number you gave us."},
    )


def own_name() -> forms.Field:
    return LineField(
        label="Your name",
        help_text="As you wrote it in your message.",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Type your name as you wrote it in your message."},
    )


PROOFS = {"birth_date": birth_date, "phone": last_digits, "name": own_name}


class ProofForm(forms.Form):
    """A fact that the link does not tell. What cannot be one is no try."""

    def __init__(self, answer: Answer, data: Any = None) -> None:
        super().__init__(data)
        self.asks_for = answer.asks_for
        self.fields["proof"] = PROOFS.get(answer.asks_for, last_digits)()

    def clean_proof(self) -> str:
        """A date as YYYY-MM-DD, a name, or four digits: whoever types the whole number is
        understood."""
        typed = self.cleaned_data["proof"]
        if not isinstance(typed, str) or self.asks_for == "name":
            return str(typed)
        digits = "".join(c for c in typed if c.isascii() and c.isdecimal())
        if len(digits) < 4:
            raise forms.ValidationError("Type four digits: the last ones of your number.")
        return digits[-4:]


class AnswerForm(forms.Form):
    """Words, or files, or both. Files are held by the view and stand in `held`."""

    taken_in_words = TAKEN_IN_WORDS
    words = TextField(
        label="Your answer",
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea({"rows": 7}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        held: Files | None = None,
        may_be_empty: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.held = held or Files()
        self.may_be_empty = may_be_empty
        self.asks_wrong_letter: list[Wrong] = []
        self.says_signs = False  # what a patient wrote may be an emergency
        self.is_begun = False  # words of ours stand in it, to be changed or sent

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        nothing = not data.get("words") and not self.held.kept and not self.held.problems
        if nothing and not self.may_be_empty and "words" not in self.errors:
            self.add_error("words", "Write your answer, or attach a file.")
        return data
