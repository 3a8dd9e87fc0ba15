"""A database from before the first release: refused with a sentence, and left as it is.

Its migrations are gone. Django would take its old 0001 for today's, migrate nothing, and run the
site on tables of another shape.
"""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from clinic_site.running.announcing import database_name

# What each such database has applied; no later migration bears one of these names.
GONE = {
    ("clinic_site", "0002_sample_clinic"),
    ("conditions", "0002_append_only"),
    ("referrals", "0002_append_only"),
}
WHAT_TO_DO = """It was made by a version from before the first release, 0.2.0. Nothing was changed.
Keep it, its var/private/ and its keys: the version that made it still opens it.
For this version set DATABASE_URL and VAR_DIR to new places and run manage.py prepare_site.
The words of pages can be taken along: docs/decisions/026-migrations-from-0-2-0-on.md."""


class UnreleasedDatabase(ImproperlyConfigured):
    """The tables were made by a version that was never released."""


def refuse_unreleased() -> None:
    """Raise `UnreleasedDatabase`; silent while the database is away or empty."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except AnyDatabaseError:
        return
    if not GONE.isdisjoint(applied):
        raise UnreleasedDatabase(f"This version cannot use {database_name()}.\n{WHAT_TO_DO}")
