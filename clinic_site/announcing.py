"""Each command says first which site it works on: a key sheet of another one is worthless."""

import sys
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection


class Announced:
    """Mixed into a command in front of `BaseCommand`: one line on stderr before anything else."""

    def execute(self, *args: Any, **options: Any) -> Any:
        print(which_site(), file=options.get("stderr") or sys.stderr)
        return super().execute(*args, **options)  # type: ignore[misc]


def which_site() -> str:
    """Address, database and number of enquiries. Never a password."""
    return f"Site {settings.SITE_URL} · database {database_name()} · {enquiries()}"


def database_name() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite {facts['NAME']}"
    host = f"{facts['HOST'] or 'localhost'}{':' if facts['PORT'] else ''}{facts['PORT'] or ''}"
    return f"{connection.vendor} {host}/{facts['NAME']}"


def enquiries() -> str:
    model = apps.get_model(settings.ENQUIRY_MODEL)
    try:
        if model._meta.db_table not in connection.introspection.table_names():
            return "no tables yet"
        count = model._default_manager.count()
    except DatabaseError:
        return "the database does not answer"
    return f"{count} {'enquiry' if count == 1 else 'enquiries'}"
