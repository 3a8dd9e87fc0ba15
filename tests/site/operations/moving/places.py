"""Databases to move between: the stored one of a release, and an empty one of the other kind."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from clinic_site.operations.moving.ends import connection_to
from tests.running_site import ROOT, on_server, server_url

NEEDED = "needs PostgreSQL: apt install postgresql"


@contextmanager
def on_database(url: str) -> Iterator[None]:
    """All that asks `connection` asks this database, for as long as it lasts."""
    put_by = connections["default"]
    connections["default"] = connection_to(url)
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = put_by
        ContentType.objects.clear_cache()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The DATABASE_URL of a server: that of the tests, else one of our own."""
    if server_url():
        yield server_url()
        return
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("PostgreSQL is missing")
        pytest.skip(NEEDED)
    start = [str(ROOT / ".ci/postgres"), str(folder)]
    try:
        yield subprocess.run(start, check=True, capture_output=True, text=True).stdout.strip()
    finally:
        subprocess.run([*start, "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: str, *, options: str = "") -> Iterator[str]:
    name = f"moved_{uuid4().hex}"
    on_server(server, f"CREATE DATABASE {name} {options}")
    try:
        yield server.rpartition("/")[0] + f"/{name}"
    finally:
        on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def other_kind(folder: Path) -> Iterator[str]:
    """An empty database of the kind that the tests do not run on."""
    if connection.vendor == "postgresql":
        yield f"sqlite:///{folder / 'moved.sqlite3'}"
        return
    server_folder = Path("/tmp") / f"clinic-move-{uuid4().hex}"  # noqa: S108  for another user
    with postgresql(server_folder) as server, empty_database(server) as url:
        yield url


def rows_of(model: Any) -> list[dict[str, Any]]:
    """Every column of every row as the database gives it, sealed ones opened."""
    return list(model._base_manager.order_by("pk").values())
