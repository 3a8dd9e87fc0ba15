"""Form fields that say in plain words what is wrong, and never let a broken character through."""

import unicodedata
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic_site.web.invisible import visible_line, visible_lines
from referrals.dates import NotADay, read_day
from referrals.identifiers import miscounted, phone_numbers, plain_phone
from referrals.plain_text import plain_line

REPLACEMENT = "\ufffd"
LINE_BREAKS = "\n\r\t"
# What word processors write for a new line, a new page and the end of a cell in a table.
PASTED_BREAKS = {**dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n"), 7: "\t"}
WORDS_QUOTED = 20
OLDEST_AGE = 120
TEN_DIGITS = (
    "An Australian number has 10 with its area code, or 9 after +61. Write one from another country"
    " with + and its code."
)
LATEST_VISIT = 2  # years ahead


def validate_characters(text: str, *, lines: bool = False) -> None:
    """Refuse characters that arrived broken, and control characters that do not belong.

    `lines` allows line breaks and tabs.
    """
    if REPLACEMENT in text:
        raise ValidationError(
            "Some letters did not arrive as you typed them. Please type this again."
        )
    allowed = LINE_BREAKS if lines else ""
    for place, character in enumerate(text):
        if is_control(character) and character not in allowed:
            raise ValidationError(invisible_in_words(text[:place]))


def invisible_in_words(before: str) -> str:
    """Where it stands, as nobody can see it to remove it."""
    start = " ".join(before.split())[-WORDS_QUOTED:].strip()
    where = f"after “{start}”" if start else "at the start"
    return f"Something that you cannot see stands {where}. Please type that part again."


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


class KeptWhole:
    """Mixed into a text field: too much is kept and counted, never cut by the browser.

    An attribute `maxlength` would drop the end of a pasted report without a word.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.longest = max_length
        super().__init__(max_length=None, **kwargs)  # type: ignore[call-arg]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-longest": self.longest}  # type: ignore[misc]

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)  # type: ignore[misc]
        if (surplus := len(value) - self.longest) > 0:
            raise ValidationError(
                f"This has {len(value):,} characters. That is {surplus:,} too many: please cut"
                f" it to {self.longest:,}. All you typed is still here."
            )


class LineField(NamedInErrors, KeptWhole, forms.CharField):
    """One line of text. A tab, as a paste from a table brings it, is a space; what nobody sees,
    and what could show one name as another, goes."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\t", " ")
        if len(text) > self.longest:
            return text  # refused for its length: nobody looks at a million signs one by one
        validate_characters(text)
        return visible_line(text).strip()


class NumberField(LineField):
    """A number on a card or of a provider, without the invisible marks that a paste brings."""

    def to_python(self, value: Any) -> str:
        return plain_line(super().to_python(value))


class TextField(NamedInErrors, KeptWhole, forms.CharField):
    """Several lines of text; line breaks of every kind are kept as LF."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self.longest:
            return text
        text = text.translate(PASTED_BREAKS)
        validate_characters(text, lines=True)
        return visible_lines(text)


class EmailField(NamedInErrors, KeptWhole, forms.EmailField):
    default_error_messages = {
        "invalid": "Write the email address in full, like name@practice.example."
    }

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        validate_characters(text)
        return "@".join(part.strip(" ") for part in plain_line(text).split("@"))


class PhoneField(LineField):
    """One telephone number or several, kept as typed but for spaces and invisible marks."""

    def to_python(self, value: Any) -> str:
        text = " ".join(plain_line(super().to_python(value)).split())
        if text and not phone_numbers(text):
            raise ValidationError("Write the whole number with its area code, like 02 5550 1234.")
        words = text.casefold().replace("or", "").replace("and", "").replace("ext", "")
        if not all(c.isascii() and (c.isdigit() or c in "+()-. x/,;|&") for c in words):
            raise ValidationError("Use digits, spaces and + ( ) - only.")
        return text


class OwnPhoneField(PhoneField):
    """Of whoever fills in the form, and so can put it right: nobody could ring back on a number
    with a digit too few."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if settings.IDENTIFIER_CHECKS != "off" and (wrong := miscounted(text)):
            over = len(plain_phone(wrong)) - 10
            count = "a digit" if abs(over) == 1 else f"{abs(over)} digits"
            raise ValidationError(
                f"“{wrong}” has {count} too {'many' if over > 0 else 'few'}. {TEN_DIGITS}"
            )
        return text


class DayField(NamedInErrors, forms.DateField):
    """A date as people write it: day, month, year."""

    widget = forms.DateInput(format="%d/%m/%Y")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        line = plain_line(str(value))
        validate_characters(line)
        try:
            return read_day(line) if line else None
        except NotADay as problem:
            raise ValidationError(str(problem)) from None


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


class VisitDayField(DayField):
    """The day on which somebody is to come: today at the earliest."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day and day < timezone.localdate():
            raise ValidationError("This day is over. Check it, or leave it empty.")
        if day and day.year > timezone.localdate().year + LATEST_VISIT:
            raise ValidationError("This is years ahead. Check the year.")
        return day


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
