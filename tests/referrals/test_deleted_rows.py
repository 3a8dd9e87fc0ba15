"""What was deleted is not found in a stolen file either, however closely the thief looks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler
from django.utils import timezone

from clinic_site import counting
from clinic_site.models import RateCount
from clinic_site.running import database_settings, deleted_rows
from clinic_site.running.database_settings import with_options
from referrals import chores

CANARY = "a1b2c3d4" * 8


@pytest.fixture
def in_a_file(tmp_path, monkeypatch) -> Iterator[Path]:
    """A SQLite file that is opened as the site opens its own, whatever the other tests run on."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "clinic.sqlite3"}
    own = ConnectionHandler({"default": with_options(database)})["default"]
    with own.schema_editor() as editor:
        editor.create_model(RateCount)
    monkeypatch.setattr(deleted_rows, "connection", own)
    yield tmp_path / "clinic.sqlite3"
    own.close()


def execute(sql: str, *values: object) -> list:
    with deleted_rows.connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def add(source: str) -> None:
    execute(
        "INSERT INTO clinic_site_ratecount (source, number, ends_at) VALUES (%s, 1, '2026-11-28')",
        source,
    )


def stolen(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.glob("clinic.sqlite3*"))


@pytest.mark.django_db
def test_a_deleted_row_is_in_none_of_the_files(in_a_file):
    add(CANARY)
    deleted_rows.fold_back()
    assert CANARY.encode() in stolen(in_a_file)
    execute("DELETE FROM clinic_site_ratecount")
    assert CANARY.encode() in stolen(in_a_file)  # the page as it was before
    assert deleted_rows.fold_back()
    assert CANARY.encode() not in stolen(in_a_file)
    assert Path(f"{in_a_file}-wal").stat().st_size == 0


@pytest.mark.django_db
def test_nor_are_a_thousand_rows_that_came_and_went_in_any_order(in_a_file):
    for n in range(1000):
        add(f"{CANARY[:56]}{n * 7919 % 1000:08}")
    for n in range(1000):
        execute("DELETE FROM clinic_site_ratecount WHERE source = %s", f"{CANARY[:56]}{n:08}")
    deleted_rows.fold_back()
    assert stolen(in_a_file).count(CANARY[:56].encode()) == 0


@pytest.mark.django_db
def test_a_reader_in_the_way_holds_nobody_up_and_the_next_minute_does_it(in_a_file):
    add(CANARY)
    with closing(sqlite3.connect(in_a_file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM clinic_site_ratecount").fetchall()
        execute("DELETE FROM clinic_site_ratecount")
        assert not deleted_rows.fold_back()
        assert execute("PRAGMA busy_timeout") == [(20000,)]
        add("still written")
    assert deleted_rows.fold_back()
    assert CANARY.encode() not in stolen(in_a_file)


@pytest.mark.django_db
def test_what_was_deleted_before_this_release_goes_with_the_next_set_up(in_a_file):
    execute("PRAGMA secure_delete = OFF")
    for _ in range(2):
        add(CANARY)
        execute("DELETE FROM clinic_site_ratecount")
    deleted_rows.fold_back()
    assert CANARY.encode() in stolen(in_a_file)
    assert deleted_rows.rewrite_once()
    assert CANARY.encode() not in stolen(in_a_file)
    assert not deleted_rows.rewrite_once()


@pytest.mark.django_db
def test_a_database_that_is_in_use_is_written_anew_another_time(in_a_file):
    with closing(sqlite3.connect(in_a_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        execute("PRAGMA busy_timeout = 10")
        assert not deleted_rows.rewrite_once()
        other.rollback()
    assert deleted_rows.rewrite_once()


@pytest.mark.django_db
def test_every_connection_of_the_site_deletes_for_good(in_a_file):
    assert execute("PRAGMA secure_delete") == [(1,)]
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"]["OPTIONS"] == database_settings.SQLITE


@pytest.mark.django_db
def test_on_postgresql_there_is_nothing_to_fold_back(monkeypatch):
    monkeypatch.setattr(deleted_rows, "connection", mock.Mock(vendor="postgresql"))
    assert not deleted_rows.fold_back()
    assert not deleted_rows.rewrite_once()


@pytest.mark.django_db
def test_counts_go_first_and_the_log_is_folded_back_last():
    counting.count(purpose="t", source="192.0.2.7", at=timezone.now() - timedelta(hours=2))
    names = [getattr(chore, "__name__", "") for chore in chores.CHORES]
    assert names.index("purge_counts") < names.index("fold_back") == len(names) - 1
    with mock.patch.object(deleted_rows, "fold_back"):
        chores.run_all(at=timezone.now())
    assert not RateCount.objects.exists()
