"""Settings of the database, as its driver wants to be told. Imported by the settings."""

from typing import Any

# IMMEDIATE and a patient wait, so that writers take turns; FULL, so that what was acknowledged
# outlives a power cut; secure_delete, so that what was deleted is not found in the file.
SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
}
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 2,
    "options": "-c statement_timeout=15000 -c synchronous_commit=on",
}


def with_options(database: dict[str, Any]) -> dict[str, Any]:
    """From DATABASE_URL as django-environ reads it."""
    if database["ENGINE"].endswith("sqlite3"):
        return {**database, "OPTIONS": SQLITE}
    options = {**database.get("OPTIONS", {}), **POSTGRESQL}
    return {**database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
