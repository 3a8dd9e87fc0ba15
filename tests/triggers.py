"""Lifts what keeps tables append-only, for tests that empty them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

PRESENT = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal",
}


def triggers() -> list[tuple[str, str, str]]:
    """Name, table and statement of each trigger, as the migrations left it."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        return cursor.fetchall()


def drop_trigger(name: str, table: str) -> None:
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on_table}")


@contextmanager
def lifted() -> Iterator[None]:
    """Without any trigger; afterwards each is back as it was."""
    before = triggers()
    for name, table, _ in before:
        drop_trigger(name, table)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, _, statement in before:
                cursor.execute(statement)
