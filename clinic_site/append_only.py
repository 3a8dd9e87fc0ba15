"""Tables whose rows are written once: the database itself refuses to change or delete them.

Their triggers are SQL in migrations, and stand there for good. A later migration that rebuilds a
table on SQLite drops its triggers silently and must make them again, so each app checks with
`missing_triggers` that they are there.
"""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import Error as AnyDatabaseError
from django.db import connection

EVENTS = {"sqlite": ["update", "delete"], "postgresql": ["update", "delete", "truncate"]}
PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",  # not: switched off
}


def missing_triggers(tables: Iterable[str]) -> list[str]:
    """The names of triggers that should guard `tables` and are not in the database."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        present = {row[0] for row in cursor.fetchall()}
    wanted = [f"{t}_append_only_{e}" for t in tables for e in EVENTS[connection.vendor]]
    return [name for name in wanted if name not in present]


def guard_errors(
    tables: Iterable[str], databases: Any, *, loss: str, error_id: str
) -> list[CheckMessage]:
    """What a system check reports: one error per missing trigger. Silent without a database."""
    if not databases:
        return []
    try:
        missing = missing_triggers(tables)
    except AnyDatabaseError:
        return []
    hint = "Its statement stands in the app’s migrations: run it on the database once."
    return [
        Error(f"The trigger {name} is missing: {loss}", hint=hint, id=error_id) for name in missing
    ]
