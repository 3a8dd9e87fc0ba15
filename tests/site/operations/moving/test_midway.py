"""A move that breaks off leaves the source as it was, and no half of a database behind."""

import re
import sqlite3
import subprocess
from contextlib import closing
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from clinic_site.models import Clinic
from clinic_site.operations.moving.ends import End
from clinic_site.operations.moving.moving import move
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.targets import PostgresqlTarget, SqliteTarget, Target, target_of
from clinic_site.running.moved_away import MovedAway, refuse_moved
from referrals.mail import holding
from tests.running_site import on_server, server_url
from tests.site.operations.moving.places import empty_database, on_database

pytestmark = pytest.mark.django_db
KIND = PostgresqlTarget if server_url() else SqliteTarget
FOR_PSQL_ALONE = re.compile(r"^\\.*$", re.MULTILINE)
on_sqlite = pytest.mark.skipif(bool(server_url()), reason="of SQLite alone")
on_postgresql = pytest.mark.skipif(not server_url(), reason="of PostgreSQL alone")


@pytest.fixture
def url(site, monkeypatch):
    """An empty place of the same kind. Its tables come from the test database: that is quick."""
    monkeypatch.setattr(Target, "run", lambda target, *commands: tables_in(target, commands))
    if KIND is SqliteTarget:
        yield f"sqlite:///{site / 'new.sqlite3'}"
        return
    with empty_database(server_url()) as url:
        yield url


def tables_in(target, commands):
    if "migrate" not in commands:
        return
    if KIND is SqliteTarget:
        with closing(sqlite3.connect(target.begun)) as file:
            file.executescript(tables_of_sqlite())
    else:
        with closing(psycopg2.connect(target.url)) as there:
            there.cursor().execute(tables_of_postgresql())
            there.commit()


def tables_of_sqlite():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " AND tbl_name NOT LIKE 'conditions_search%' ORDER BY type = 'trigger', type = 'index'"
        )
        return ";\n".join(sql for (sql,) in cursor.fetchall()) + ";"


def tables_of_postgresql():
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    place = server_url().rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    command = [program, "--schema-only", "--no-owner", "--schema=public", place]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return FOR_PSQL_ALONE.sub("", dump).replace("CREATE SCHEMA public;", "")


def is_empty(url):
    if KIND is SqliteTarget:
        return not list(Path(url.removeprefix("sqlite:///")).parent.glob("new*"))
    with closing(target_of(url).connection) as there, there.cursor() as cursor:
        return there.introspection.table_names(cursor) == []


def breaks(error):
    def instead(*args, **kwargs):
        raise error

    return instead


def test_a_whole_move_is_there(url):
    tallies = move(to=url)
    name = Clinic.objects.get().name
    with on_database(url):
        assert Clinic.objects.get().name == name
    assert tallies["clinic_site_clinic"].rows == 1


def test_a_connection_that_is_lost_midway(url, monkeypatch):
    monkeypatch.setattr(KIND, "set_highest", breaks(OperationalError()))
    with pytest.raises(MoveRefused, match=r"table \w+: the connection was lost"):
        move(to=url)
    assert is_empty(url)
    assert Clinic.objects.count() == 1


@on_postgresql
def test_a_server_that_ends_the_connection_midway(url, monkeypatch):
    end_it = "SELECT pg_terminate_backend({})"
    number = "SELECT pg_backend_pid()"
    monkeypatch.setattr(
        KIND,
        "set_highest",
        lambda target, *_: on_server(url, end_it.format(target.ask(number)[0][0])),
    )
    with pytest.raises(MoveRefused, match=r"server was stopped|connection was lost"):
        move(to=url)
    assert is_empty(url)


@on_sqlite
def test_a_disk_that_is_full(url, monkeypatch):
    begin = SqliteTarget.begin

    def with_little_room(target):
        pages = target.ask("PRAGMA page_count")[0][0]
        target.ask(f"PRAGMA max_page_count = {pages}")
        begin(target)

    monkeypatch.setattr(SqliteTarget, "begin", with_little_room)
    with pytest.raises(MoveRefused, match="the disk is full"):
        move(to=url)
    assert is_empty(url)


def test_a_row_that_does_not_arrive_is_missed(url, monkeypatch):
    add = End.add
    monkeypatch.setattr(End, "add", lambda end, table, rows: add(end, table, rows[1:] or rows))
    with pytest.raises(MoveRefused, match=r"The table \w+ is not the same there: \d+ rows, digest"):
        move(to=url)
    assert is_empty(url)


def test_a_row_that_arrives_changed_is_noticed(url, monkeypatch):
    kept = End.kept
    monkeypatch.setattr(End, "kept", lambda end, v: kept(end, v if v != "Other" else "other"))
    Clinic.objects.update(tagline="Other")
    with pytest.raises(MoveRefused, match="clinic_site_clinic is not the same there: 1 rows"):
        move(to=url)
    assert is_empty(url)


def test_a_guard_that_is_not_there_is_named(url, monkeypatch):
    lost = "referrals_event_append_only_update"
    all_of_them = End.guards
    monkeypatch.setattr(KIND, "guards", lambda end: all_of_them(end) - {lost})
    with pytest.raises(MoveRefused, match=lost):
        move(to=url)
    assert is_empty(url)


@on_sqlite
def test_a_name_too_long_is_said_with_its_place_and_not_repeated(url):
    Clinic.objects.update(name="Sample " * 60)
    place = "clinic_site_clinic, row 1, column name"
    with pytest.raises(MoveRefused, match=f"{place}: it is longer than") as refused:
        move(to=url)
    assert "Sample" not in str(refused.value)


def test_mail_is_held_in_both(url):
    move(to=url)
    assert "the database was moved from" in holding.held().why
    with on_database(url):
        assert "the database was moved from" in holding.held().why


def test_mail_is_not_held_by_a_move_that_fails(url, monkeypatch):
    monkeypatch.setattr(KIND, "commit", breaks(OperationalError("disk is full")))
    with pytest.raises(MoveRefused):
        move(to=url)
    assert holding.held() is None
    refuse_moved()


def test_web_and_mail_do_not_start_on_the_old_one_until_the_operator_stays(url):
    call_command("move_database", to=url, stdout=StringIO())
    with pytest.raises(CommandError, match=r"was moved to .*--stay"):
        call_command("move_database", to=url)
    with pytest.raises(MovedAway, match=r"was moved to .*set DATABASE_URL.*--stay"):
        call_command("deliver_mail", "--once")
    with on_database(url):
        refuse_moved()
    call_command("move_database", "--stay", stdout=(said := StringIO()))
    assert "may start on this database again" in said.getvalue()
    call_command("deliver_mail", "--once")
