"""Settings of the database, as its driver wants to be told. Imported by the settings."""

import os
from typing import Any

# IMMEDIATE and a patient wait, so that writers take turns; FULL, so that what was acknowledged
# outlives a power cut; secure_delete, so that what was deleted is not found in the file.
SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
}
# SQLite reads the definitions of all tables anew for each connection: two milliseconds.
KEPT: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A server whose machine dies says no last word. Left alone, a thread would wait for one for a
# quarter of an hour; so a connection on which nothing is heard for some seconds is taken for dead.
# A server that works on a question, however long, is heard: its system answers for it.
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,  # milliseconds
}
# Asked of each new connection, not written into its start: PgBouncer refuses that. A process
# number that is not the one of the start is a pool's. Our questions are many joins and few rows:
# to compile one (jit) took a loaded machine longer than the two seconds that a watcher waits.
SETTLE = """SELECT pg_backend_pid(), set_config('statement_timeout', '15000', false),
    set_config('synchronous_commit', 'on', false), set_config('jit', 'off', false)"""


def settle(*, connection: Any, **kwargs: Any) -> None:
    """What PostgreSQL is told as soon as it answers (a receiver of `connection_created`).

    Behind a pool the next question may go to another of its connections, so that outside of a
    transaction no cursor stays on the server: docs/decisions/055-moving.md.
    """
    if connection.vendor != "postgresql":
        return
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(SETTLE)
        process = cursor.fetchone()[0]
    connection.__dict__.pop("create_cursor", None)
    if process != connection.connection.info.backend_pid:
        create = connection.create_cursor
        connection.create_cursor = lambda name=None: create(
            name if connection.in_atomic_block else None
        )


def stay_with_the_file(*, connection: Any, **kwargs: Any) -> None:
    """A connection to SQLite is usable while its file stands at its place: where that went, or
    another was put there, what comes in would be lost (a receiver of `connection_created`).

    Django asks before the first use in each request and each round.
    """
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return
    path = connection.settings_dict["NAME"]
    opened = file_at(path)
    connection.is_usable = lambda: opened is not None and file_at(path) == opened


def file_at(path: Any) -> tuple[int, int] | None:
    """Which file it is, whatever it is called; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def servers_of(database: dict[str, Any]) -> list[tuple[str, str]]:
    """Host and port of each server, as libpq reads a list: one port may stand for all."""
    hosts = str(database.get("HOST") or "").split(",")
    ports = str(database.get("PORT") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    return list(zip(hosts, ports, strict=False))


def named(database: dict[str, Any]) -> str:
    """`host:port` of each server, for people."""
    return ",".join(
        f"{host or 'localhost'}{':' if port else ''}{port}" for host, port in servers_of(database)
    )


def with_options(database: dict[str, Any]) -> dict[str, Any]:
    """From DATABASE_URL as django-environ reads it.

    Of several servers the one that takes writes is wanted, whichever that is at the moment: else
    the first that answers is taken, and a replica refuses every form.
    """
    if database["ENGINE"].endswith("sqlite3"):
        return {**database, **KEPT, "OPTIONS": SQLITE}
    several = {"target_session_attrs": "read-write"} if len(servers_of(database)) > 1 else {}
    options = {**several, **database.get("OPTIONS", {}), **POSTGRESQL}
    return {**database, **KEPT, "OPTIONS": options}
