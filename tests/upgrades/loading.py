"""Leads the site's connection to the stored database of a release, for as long as a test module."""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from clinic_site.management.commands import prepare_site
from tests.upgrades.make import HERE, SAMPLE_DATA_KEY, SAMPLE_SECRET_KEY


def releases() -> list[str]:
    """Every release whose database is stored for the database at hand."""
    return sorted(path.parent.name for path in HERE.glob(f"*/{connection.vendor}"))


@contextmanager
def brought_up_to_date(release: str, folder: Path) -> Iterator[dict[str, Any]]:
    """As whoever runs a site does it: `prepare_site`, on a copy in `folder`. What was known."""
    stored = HERE / release / connection.vendor
    shutil.copytree(stored / "private", folder / "private")
    with override_settings(**sample_settings(folder)), connected_to_copy(stored, folder):
        with mock.patch.object(prepare_site.Command, "collect_static_files"):
            call_command("prepare_site", stdout=StringIO(), stderr=StringIO())
        yield json.loads((stored / "known.json").read_text(encoding="utf-8"))


def sample_settings(folder: Path) -> dict[str, Any]:
    return {
        "CLINIC_DATA_KEYS": [SAMPLE_DATA_KEY],
        "SECRET_KEY": SAMPLE_SECRET_KEY,
        "PRIVATE_ROOT": folder / "private",
        "MAIL_DIR": folder / "mail",
    }


@contextmanager
def connected_to_copy(stored: Path, folder: Path) -> Iterator[None]:
    """The connection of all other tests is put by: a database in memory ends with it."""
    is_file = connection.vendor == "sqlite"
    name = str(folder / "clinic.sqlite3") if is_file else f"{connection.settings_dict['NAME']}_up"
    put_by = connection.connection, connection.settings_dict["NAME"]
    with nullcontext() if is_file else new_database(name):
        connection.connection, connection.settings_dict["NAME"] = None, name
        try:
            ContentType.objects.clear_cache()
            fill(stored, folder)
            yield
        finally:
            connection.close()
            connection.connection, connection.settings_dict["NAME"] = put_by
            ContentType.objects.clear_cache()  # the copy numbers them otherwise


@contextmanager
def new_database(name: str) -> Iterator[None]:
    """Beside the test database, on the same server."""
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted}")
    yield
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quoted}")


def fill(stored: Path, folder: Path) -> None:
    if connection.vendor == "sqlite":
        data = gzip.decompress((stored / "clinic.sqlite3.gz").read_bytes())
        (folder / "clinic.sqlite3").write_bytes(data)
        return
    with connection.cursor() as cursor:
        cursor.execute(gzip.decompress((stored / "clinic.sql.gz").read_bytes()).decode())
