"""Text that a copy of the database does not reveal. It cannot be searched, only read."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from clinic_site.sealing import seal, unseal


class SealedTextField(models.TextField):
    """Text sealed with the clinic's data keys. None stays NULL."""

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
