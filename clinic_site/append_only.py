"""Tables whose rows are written once: the database itself refuses to change or delete them.

A later migration that rebuilds a table on SQLite drops its triggers silently, so each app
checks with `missing_triggers` that they are there, and a migration can install them again.
"""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython

SQLITE = """
CREATE TRIGGER {table}_append_only_{event} BEFORE {event} ON {table}
{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only_{event} BEFORE {event} ON {table}
FOR EACH {scope} {when} EXECUTE FUNCTION refuse_change_of_append_only()
"""
EVENTS = {"sqlite": ["update", "delete"], "postgresql": ["update", "delete", "truncate"]}


def install(database: BaseDatabaseWrapper, table: str, allowed_update: str = "") -> None:
    """Guard `table`. `allowed_update` is a condition in SQL, over OLD and NEW and alike in both
    databases, under which a row may be updated after all."""
    remove(database, table)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for event in EVENTS[database.vendor]:
            scope = "STATEMENT" if event == "truncate" else "ROW"
            when = f"WHEN (NOT ({allowed_update}))" if allowed_update and event == "update" else ""
            sql = SQLITE if database.vendor == "sqlite" else POSTGRESQL
            cursor.execute(sql.format(table=table, event=event, scope=scope, when=when))


def remove(database: BaseDatabaseWrapper, table: str) -> None:
    with database.cursor() as cursor:
        for event in EVENTS[database.vendor]:
            name = f"{table}_append_only_{event}"
            on_table = f" ON {table}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def forbid_changes(table: str, allowed_update: str = "") -> RunPython:
    """A migration operation that makes `table` append-only."""
    return RunPython(
        lambda apps, schema_editor: install(schema_editor.connection, table, allowed_update),
        lambda apps, schema_editor: remove(schema_editor.connection, table),
    )


def missing_triggers(tables: Iterable[str]) -> list[str]:
    """The names of triggers that should guard `tables` and are not in the database."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
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
    except DatabaseError:
        return []
    hint = "Install it again with a migration that calls append_only.forbid_changes."
    return [
        Error(f"The trigger {name} is missing: {loss}", hint=hint, id=error_id) for name in missing
    ]
