"""A connection to SQLite outlives a request, and never the file that it was opened on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from clinic_site.running import deleted_rows, gunicorn_config
from clinic_site.running.database_settings import with_options


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "clinic.sqlite3"


@pytest.fixture
def own(file, django_db_blocker) -> Iterator[Any]:
    """Opened as the site opens its own, whatever the other tests run on."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    connection = ConnectionHandler({"default": with_options(database)})["default"]
    with django_db_blocker.unblock():  # it is none of the tests' own
        execute(connection, "CREATE TABLE words (word text)")
        yield connection
        connection.close()


def execute(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def next_request(connection):
    """What Django does at the start of each."""
    connection.close_if_unusable_or_obsolete()


def lie_there(file, word):
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE words (word text)")
        other.execute("INSERT INTO words VALUES (?)", [word])
        other.commit()


def test_the_next_request_asks_over_the_same_connection(own):
    opened = own.connection
    next_request(own)
    execute(own, "SELECT * FROM words")
    assert own.connection is opened


def test_it_is_opened_anew_after_a_minute(own):
    opened, own.close_at = own.connection, 0
    next_request(own)
    execute(own, "SELECT * FROM words")
    assert own.connection is not opened
    assert own.settings_dict["CONN_MAX_AGE"] == 60


def test_what_comes_in_goes_to_the_file_that_stands_there_now(own, file):
    lie_there(file.with_name("restored"), "From the backup")
    for path in file.parent.glob("clinic.sqlite3*"):
        path.rename(path.with_name(f"old-{path.name}"))
    file.with_name("restored").rename(file)
    next_request(own)
    assert execute(own, "SELECT word FROM words") == [("From the backup",)]


def test_a_file_that_went_is_missed_at_once(own, file):
    for path in file.parent.glob("clinic.sqlite3*"):
        path.unlink()
    next_request(own)
    assert execute(own, "SELECT name FROM sqlite_master") == []


def test_a_worker_that_ends_leaves_nothing_in_the_log_beside_the_file(own, file, monkeypatch):
    monkeypatch.setattr(deleted_rows, "connection", own)
    execute(own, "INSERT INTO words VALUES ('Came in last')")
    gunicorn_config.worker_exit(None, None)
    copy = file.with_name("copy")
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as other:
        assert other.execute("SELECT word FROM words").fetchall() == [("Came in last",)]


def test_a_worker_without_a_database_ends_all_the_same(monkeypatch):
    def away():
        raise OSError("the database is away")

    monkeypatch.setattr(gunicorn_config, "fold_back", away)
    gunicorn_config.worker_exit(None, None)
