"""A copy of the database as it was at one moment, with the number of rows of each table.

SQLite's own backup copies what others have written to the log, which `cp` would miss. On
PostgreSQL rows are counted in the same snapshot that `pg_dump` writes.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from clinic_site.models import DatabaseIdentity, KeyWitness
from clinic_site.operations.backups import postgresql
from clinic_site.operations.backups.problems import FULL, BackupProblem

PATIENCE_SECONDS = 60
NOTHING_MADE = "No backup was made; the ones from before are as they were."


def size() -> int:
    """Bytes that a copy takes, about."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def copy_to(path: Path) -> dict[str, Any]:
    """Write the copy to a new file; facts for the manifest, as they are in the copy."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600))
    if connection.vendor == "sqlite":
        return copy_sqlite(path)
    with one_snapshot() as snapshot:
        with connection.cursor() as cursor:
            found = {**facts(cursor), "server": postgresql.server_major()}
        postgresql.run(
            "pg_dump",
            "--format=custom",
            "--compress=1",  # most of it is sealed, and gets no smaller
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={path}",
            what=f"pg_dump did not end well. {NOTHING_MADE} It says",
        )
    return found


def copy_sqlite(path: Path) -> dict[str, Any]:
    connection.ensure_connection()
    source: sqlite3.Connection = connection.connection
    try:
        with closing(sqlite3.connect(path)) as target:
            target.execute("PRAGMA synchronous=OFF")  # what is synced is the bundle
            target.execute("PRAGMA journal_mode=OFF")  # half a copy is thrown away
            # In one step: writers go on, and it never begins anew because of them.
            source.backup(target, progress=not_for_ever(time.monotonic() + PATIENCE_SECONDS))
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise OSError(min(FULL), os.strerror(min(FULL)), str(path)) from error
        raise BackupProblem(f"The database could not be copied: {error}. {NOTHING_MADE}") from error
    return facts_in_file(path)


def not_for_ever(until: float) -> Callable[[int, int, int], None]:
    """SQLite would wait without end where another process locks the whole file."""

    def look(status: int, remaining: int, total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise BackupProblem(f"The database is locked by another process. {NOTHING_MADE}")

    return look


def facts_in_file(path: Path) -> dict[str, Any]:
    """Of a file of SQLite that nobody else has open."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            return facts(copy.cursor())
    except sqlite3.Error as error:
        raise BackupProblem(
            f"{path} is no whole database: {error}. Nothing was changed."
        ) from error


@contextmanager
def one_snapshot() -> Iterator[str]:
    """Everything in here reads the database as it is now; the name by which others read it so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def facts(cursor: Any) -> dict[str, Any]:
    """Rows of each table, and what must fit before a bundle is brought back."""
    cursor.execute(f"SELECT app, name FROM {MigrationRecorder.Migration._meta.db_table}")
    migrations = sorted([app, name] for app, name in cursor.fetchall())
    identity = one(cursor, DatabaseIdentity, "identity")
    return {
        "rows": {table: count(cursor, table) for table in tables(cursor)},
        "identity": str(UUID(str(identity))) if identity else "",
        "key_witness": one(cursor, KeyWitness, "sealed") or "",
        "migrations": migrations,
    }


def tables(cursor: Any) -> list[str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
            " ESCAPE '\\'"
        )
        return sorted(name for (name,) in cursor.fetchall())
    return sorted(connection.introspection.table_names(cursor))


def count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    return int(cursor.fetchone()[0])


def one(cursor: Any, model: type[Model], column: str) -> Any:
    cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
    row = cursor.fetchone()
    return row[0] if row else None
