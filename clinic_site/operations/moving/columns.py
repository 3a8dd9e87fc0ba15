"""One column as each database keeps it, and as both mean the same.

Plain forms: str, int, bool, float, bytes, `UUID`, `date`, `time`, a `datetime` in UTC without zone,
decimals and JSON as text in one spelling. Sealed text is text: nothing is opened.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Field

Read = Callable[[Any], Any]
WHOLE_NUMBERS = BaseDatabaseOperations.integer_field_ranges
FORM_OF_SQLITE: dict[type, Callable[[Any], Any]] = {
    datetime: str,
    date: str,
    time: str,
    bool: int,
    UUID: lambda value: value.hex,
}
FORM_OF_POSTGRESQL: dict[type, Callable[[Any], Any]] = {
    datetime: lambda value: value.replace(tzinfo=UTC),
    UUID: str,
}


class Column(NamedTuple):
    """`read` takes what the driver gives and raises ValueError or TypeError for what is no such
    thing: SQLite keeps a text in a column of numbers without a word."""

    name: str
    read: Read


class WrongValue(ValueError):
    """Why a value cannot be moved, in words that do not repeat it."""


class UnknownKind(Exception):
    """A kind of field that nobody has taught this module."""


def column_of(field: Field) -> Column:
    """Raises `UnknownKind`."""
    return Column(str(field.column), reader(field))


def reader(field: Field) -> Read:
    kept: Any = field
    while kept.remote_field:  # a foreign key is kept as what it points to
        kept = kept.target_field
    kind = kept.get_internal_type()
    if kind in WHOLE_NUMBERS:
        return whole_number(*WHOLE_NUMBERS[kind])
    if kind == "DecimalField":
        return decimal(kept.decimal_places)
    if kind in TEXTS:
        return text(None if kind == "TextField" else kept.max_length)
    if kind not in READERS:
        raise UnknownKind(f"{field.model._meta.label}.{field.name}: {kind}")
    return READERS[kind]


def text(at_most: int | None) -> Read:
    """PostgreSQL keeps no NUL, and no more signs than the column says."""

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if type(value) is not str:
            raise WrongValue("it is no text")
        if "\0" in value:
            raise WrongValue("a sign in it (NUL) is one that PostgreSQL does not keep")
        if at_most is not None and len(value) > at_most:
            raise WrongValue(f"it is longer than {at_most} signs")
        return value

    return read


def whole_number(least: int, most: int) -> Read:
    def read(value: Any) -> int | None:
        if value is None or (type(value) is int and least <= value <= most):
            return value
        raise WrongValue(f"it is no whole number from {least} to {most}")

    return read


def decimal(places: int) -> Read:
    def read(value: Any) -> str | None:
        if value is None:
            return None
        exact = value if isinstance(value, Decimal) else Decimal(repr(value).strip("'"))
        return str(exact.quantize(Decimal(1).scaleb(-places)))

    return read


def boolean(value: Any) -> bool | None:
    if value is None or value is True or value is False:
        return value
    if type(value) is int and value in {0, 1}:
        return bool(value)
    raise WrongValue("it is neither true nor false")


def floating(value: Any) -> float | None:
    return None if value is None else float(value)


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def day(value: Any) -> date | None:
    return value if value is None or type(value) is date else date.fromisoformat(value)


def time_of_day(value: Any) -> time | None:
    return value if value is None or isinstance(value, time) else time.fromisoformat(value)


def identifier(value: Any) -> UUID | None:
    return value if value is None or isinstance(value, UUID) else UUID(value)


def blob(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes | memoryview):
        return None if value is None else bytes(value)
    raise WrongValue("it is no bytes")


def document(value: Any) -> str | None:
    """JSON in one spelling: keys in order, and a whole number without a point."""
    if value is None:
        return None
    read = json.loads(value, parse_float=whole_if_it_is)
    return json.dumps(read, sort_keys=True, allow_nan=False)


def whole_if_it_is(written: str) -> float | int:
    number = float(written)
    return int(number) if number.is_integer() else number


TEXTS = {"CharField", "TextField", "SlugField", "FileField"}
READERS: dict[str, Read] = {
    "BinaryField": blob,
    "BooleanField": boolean,
    "DateField": day,
    "DateTimeField": moment,
    "FloatField": floating,
    "JSONField": document,
    "TimeField": time_of_day,
    "UUIDField": identifier,
}
