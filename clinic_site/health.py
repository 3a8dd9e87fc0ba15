"""Is the database there? The apps bring further checks by name (settings.HEALTH_CHECKS)."""

from typing import NamedTuple

from django.db import DatabaseError, connection


class Health(NamedTuple):
    """One check's answer: its name, whether it is well, and numbers without any patient in them."""

    name: str
    ok: bool
    detail: dict[str, int | str | None]


def database() -> Health:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Health("database", ok=False, detail={"error": type(error).__name__})
    return Health("database", ok=True, detail={"vendor": connection.vendor})
