"""Model fields that are sealed in the database. They cannot be searched, only read."""

from datetime import date

from clinic_site import sealed_fields


class SealedTextField(sealed_fields.SealedTextField):
    """Text of a patient or a sender."""


class SealedDateField(SealedTextField):
    """A calendar date without a time zone, sealed as YYYY-MM-DD."""

    def as_text(self, value: date) -> str:
        return value.isoformat()

    def from_text(self, text: str) -> date:
        return date.fromisoformat(text)


class SealedListField(SealedTextField):
    """A list of short codes that hold no line break, sealed as lines."""

    def as_text(self, value: list[str]) -> str:
        return "\n".join(value)

    def from_text(self, text: str) -> list[str]:
        return text.splitlines()
