"""Model fields that are sealed in the database. They cannot be searched, only read."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from clinic_site.sealing import fields

OLD_DUMP = "This list was written as plain text: the dump is older than sealed dumps. Make it anew."


class SealedTextField(fields.SealedTextField):
    """Text of a patient or a sender."""


class SealedDateField(SealedTextField):
    """A calendar date without a time zone, sealed as YYYY-MM-DD."""

    def as_text(self, value: date) -> str:
        return value.isoformat()

    def from_text(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_python(self, value: Any) -> Any:
        opened = super().to_python(value)
        return date.fromisoformat(opened) if isinstance(opened, str) else opened


class SealedListField(SealedTextField):
    """A list of short codes that hold no line break, sealed as lines."""

    def as_text(self, value: list[str]) -> str:
        if isinstance(value, str):
            raise TypeError(f"{self.name} is a list: a text would fall into its letters.")
        return "\n".join(value)

    def from_text(self, text: str) -> list[str]:
        return text.splitlines()

    def to_python(self, value: Any) -> Any:
        opened = super().to_python(value)
        if isinstance(opened, str):
            raise ValidationError(OLD_DUMP)
        return opened
