"""Model fields that are sealed in the database. They cannot be searched, only read."""

from datetime import date
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from clinic_site.sealing import seal, unseal


class SealedTextField(models.TextField):
    """Text that a copy of the database does not reveal. None stays NULL."""

    description = "Text sealed with the clinic's data keys"
    is_sealed = True

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else seal(self.as_text(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else self.from_text(unseal(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: only isnull can be asked of it.")
        return super().get_lookup(lookup_name)

    def as_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text


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
