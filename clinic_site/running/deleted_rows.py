"""What was deleted leaves the file of SQLite, so that a copy of it does not hold it any more.

`PRAGMA secure_delete` (database_settings.py) overwrites it with zeros, at first in the log beside
the database. Until that log is folded back, the page as it was before lies in one of the two.
PostgreSQL tidies up by itself, later: docs/decisions/028.
"""

from datetime import datetime

from django.db import OperationalError, connection

PATIENCE_MILLISECONDS = 250  # nobody who sends a form waits longer for this
REWRITTEN = 1  # PRAGMA user_version: which is ours to use


def fold_back(*, at: datetime | None = None) -> bool:
    """Write the log back and empty it; False where a reader was in the way: the next minute does.

    A chore of the mail process, safe with several of them.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    usual = int(connection.settings_dict["OPTIONS"]["timeout"] * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            was_busy = cursor.fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
    return not was_busy


def rewrite_once() -> bool:
    """Write a database anew that is from before `secure_delete`; whether that was done now.

    Raises nothing where another process is using it: the next `prepare_site` tries again.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        if cursor.fetchone()[0] >= REWRITTEN:
            return False
        try:
            cursor.execute("VACUUM")
        except OperationalError:
            return False
        cursor.execute(f"PRAGMA user_version = {REWRITTEN}")
    return fold_back()
