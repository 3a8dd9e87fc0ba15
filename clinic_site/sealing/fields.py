"""Text that a copy of the database does not reveal. It cannot be searched, only read.

Nor does a dump reveal it: `dumpdata` writes what lies in the database, and `loaddata` takes it.
"""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.utils.encoding import is_protected_type

from clinic_site.sealing.tokens import looks_sealed, seal, unseal

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
