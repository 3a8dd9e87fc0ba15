"""Each command says first which site it works on: a key sheet of another one is worthless.
It works in the clinic's time, as pages do."""

import sys
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error as AnyDatabaseError
from django.db import connection

from clinic_site.running import database_settings
from clinic_site.zone import in_clinic_time

NO_TABLES = "no tables yet"
NO_ANSWER = "the database does not answer"


class Announced:
    """Mixed into a command in front of `BaseCommand`: one line on stderr, then clinic time."""

    def execute(self, *args: Any, **options: Any) -> Any:
        self.announce(which_site(), options)
        with in_clinic_time():
            return super().execute(*args, **options)  # type: ignore[misc]

    def announce(self, words: str, options: dict[str, Any]) -> None:
        print(words, file=options.get("stderr") or sys.stderr)


def require_tables() -> None:
    """Raise `CommandError` where there is nothing to work on: most often the wrong database."""
    found = enquiries()
    if found in {NO_TABLES, NO_ANSWER}:
        raise CommandError(
            f"{database_name()}: {found}. Nothing was done. If this is not the site’s database,"
            " set CLINIC_ENV_FILE to its file; if it is a new one, run manage.py prepare_site."
        )


def which_site() -> str:
    """Address, database and number of enquiries. Never a password."""
    return f"Site {settings.SITE_URL} · database {database_name()} · {enquiries()}"


def database_name() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite {facts['NAME']}"
    return f"{connection.vendor} {database_settings.named(facts)}/{facts['NAME']}"


def enquiries() -> str:
    model = apps.get_model(settings.ENQUIRY_MODEL)
    try:
        if model._meta.db_table not in connection.introspection.table_names():
            return NO_TABLES
        count = model._default_manager.count()
    except AnyDatabaseError:
        return NO_ANSWER
    return f"{count} {'enquiry' if count == 1 else 'enquiries'}"
