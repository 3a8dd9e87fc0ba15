"""Form fields that say in plain words what is wrong, and never let a broken character through."""

import unicodedata
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

REPLACEMENT = "\ufffd"
LINE_BREAKS = "\n\r\t"
DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d", "%d%m%Y"]
DATE_FORMATS += ["%d %B %Y", "%d %b %Y"]
OLDEST_AGE = 120


def validate_characters(text: str, *, lines: bool = False) -> None:
    """Refuse characters that arrived broken, and control characters that do not belong.

    `lines` allows line breaks and tabs.
    """
    if REPLACEMENT in text:
        raise ValidationError(
            "Some letters did not arrive as you typed them. Please type this again."
        )
    allowed = LINE_BREAKS if lines else ""
    if any(is_control(c) and c not in allowed for c in text):
        raise ValidationError("Please remove line breaks or hidden characters.")


def is_control(character: str) -> bool:
    """Control characters, and the two separators that some programs take for line breaks."""
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}


class NamedInErrors:
    """Mixed into a field: what its characters get wrong is said with the field’s name.

    The list above a form holds the errors of many fields, so each stands on its own.
    """

    label: Any

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)  # type: ignore[misc]
        except ValidationError as error:
            raise ValidationError([self.with_name(words) for words in error.messages]) from error

    def with_name(self, words: str) -> str:
        label = str(self.label or "").rstrip("?")
        if not label or words.startswith(label):
            return words
        return f"{label}: {words[0].lower()}{words[1:]}"


class LineField(NamedInErrors, forms.CharField):
    """One line of text."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        validate_characters(text)
        return text


class TextField(NamedInErrors, forms.CharField):
    """Several lines of text; line breaks are kept as LF."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        validate_characters(text, lines=True)
        return text


class EmailField(NamedInErrors, forms.EmailField):
    default_error_messages = {
        "invalid": "Write the email address in full, like name@practice.example."
    }

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        validate_characters(text)
        return text


class PhoneField(LineField):
    """A telephone number, kept as typed but for its spaces."""

    def to_python(self, value: Any) -> str:
        text = " ".join(super().to_python(value).split())
        digits = [c for c in text if c.isdigit()]
        if text and not 8 <= len(digits) <= 15:
            raise ValidationError("Write the whole number with its area code, like 02 5550 1234.")
        if not all(c.isascii() and (c.isdigit() or c in "+()- .x") for c in text):
            raise ValidationError("Use digits, spaces and + ( ) - only.")
        return text


class DayField(forms.DateField):
    """A date as people write it: day, month, year."""

    default_error_messages = {
        "invalid": "Write the date as day, month, year, with a four-digit year: 31/1/1980."
    }
    widget = forms.DateInput(format="%d/%m/%Y")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=DATE_FORMATS, **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return day.date() if isinstance(day, datetime) else day


class BirthDateField(DayField):
    """The day a living person was born."""

    def to_python(self, value: Any) -> date | None:
        born = super().to_python(value)
        if born is None:
            return None
        today = timezone.localdate()
        if born > today:
            raise ValidationError("This date is in the future. Check the year.")
        if today.year - born.year > OLDEST_AGE:
            raise ValidationError(f"This is more than {OLDEST_AGE} years ago. Check the year.")
        return born


class FilesInput(forms.FileInput):
    """Several files at once. What it brings is read by the view, never by the form."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None


class TrapField(forms.Field):
    """A line that no person sees. What stands in it was written by a program."""

    def __init__(self) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
        super().__init__(label="Leave this line empty", required=False, widget=widget)
