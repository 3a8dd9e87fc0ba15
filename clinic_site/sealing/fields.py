"""Text that a copy of the database does not reveal. It cannot be searched, only read.

Nor does a dump reveal it: `dumpdata` writes what lies in the database, and `loaddata` takes it.
"""

from datetime import date
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.utils.encoding import is_protected_type

from clinic_site.sealing.tokens import looks_sealed, seal, unseal

OLD_DUMP = "This list was written as plain text: the dump is older than sealed dumps. Make it anew."
OTHER_KEYS = "This value was sealed with other keys: set CLINIC_DATA_KEYS from the key sheet."


class SealedTextField(models.TextField):
    """Text sealed with the clinic's data keys. None stays NULL."""

    description = "Text sealed with the clinic's data keys"
    is_sealed = True

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else seal(self.as_text(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else self.from_text(unseal(value))

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]
        """What a serializer writes: sealed."""
        return self.get_prep_value(getattr(obj, self.attname))

    def value_from_object(self, obj: models.Model) -> Any:
        """Serializers write numbers and dates as this gives them, past `value_to_string`."""
        value = super().value_from_object(obj)
        passes_as_it_is = value is not None and is_protected_type(value)
        return self.value_to_string(obj) if passes_as_it_is else value

    def to_python(self, value: Any) -> Any:
        """What a deserializer reads: sealed text is opened, all else is as it was given."""
        if not isinstance(value, str) or not looks_sealed(value):
            return value
        try:
            return self.from_text(unseal(value))
        except InvalidToken:
            raise ValidationError(OTHER_KEYS) from None

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
