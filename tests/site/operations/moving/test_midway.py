"""A move that breaks off leaves the source as it was, and no half of a database behind."""

import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from clinic_site.models import Clinic
from clinic_site.operations.moving.ends import End
from clinic_site.operations.moving.moving import move
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.targets import SqliteTarget

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(site, monkeypatch):
    """An empty file; its tables come from the test database, which takes no time."""
    if connection.vendor != "sqlite":
        pytest.skip("the quick way copies a SQLite database")

    def run(target, *commands):
        if "migrate" in commands:
            with closing(sqlite3.connect(target.begun)) as file:
                file.executescript(tables_of_this_database())

    monkeypatch.setattr(SqliteTarget, "run", run)
    return f"sqlite:///{site / 'new.sqlite3'}"


def tables_of_this_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " AND tbl_name NOT LIKE 'conditions_search%' ORDER BY type = 'trigger', type = 'index'"
        )
        return ";\n".join(sql for (sql,) in cursor.fetchall()) + ";"


def breaks(error):
    def instead(*args, **kwargs):
        raise error

    return instead


def test_a_whole_move_leaves_a_whole_file(url, site):
    tallies = move(to=url)
    with closing(sqlite3.connect(site / "new.sqlite3")) as file:
        found = file.execute("SELECT name FROM clinic_site_clinic").fetchall()
    assert found == [(Clinic.objects.get().name,)]
    assert tallies["clinic_site_clinic"].rows == 1


def test_a_connection_that_is_lost_midway(url, site, monkeypatch):
    lost = OperationalError()
    monkeypatch.setattr(SqliteTarget, "set_highest", breaks(lost))
    with pytest.raises(MoveRefused, match=r"table \w+: the connection was lost"):
        move(to=url)
    assert not list(site.glob("new*"))
    assert Clinic.objects.count() == 1


def test_a_disk_that_is_full(url, site, monkeypatch):
    begin = SqliteTarget.begin

    def with_little_room(target):
        pages = target.ask("PRAGMA page_count")[0][0]
        target.ask(f"PRAGMA max_page_count = {pages}")
        begin(target)

    monkeypatch.setattr(SqliteTarget, "begin", with_little_room)
    with pytest.raises(MoveRefused, match="the disk is full"):
        move(to=url)
    assert not list(site.glob("new*"))


def test_a_row_that_does_not_arrive_is_missed(url, site, monkeypatch):
    add = End.add
    few = lambda end, table, rows: add(end, table, rows[1:] or rows)  # noqa: E731
    monkeypatch.setattr(End, "add", few)
    with pytest.raises(MoveRefused, match=r"The table \w+ is not the same there: \d+ rows, digest"):
        move(to=url)
    assert not list(site.glob("new*"))


def test_a_guard_that_is_not_there_is_named(url, site, monkeypatch):
    lost = "referrals_event_append_only_update"
    all_of_them = End.guards
    monkeypatch.setattr(SqliteTarget, "guards", lambda end: all_of_them(end) - {lost})
    with pytest.raises(MoveRefused, match=lost):
        move(to=url)
    assert not list(site.glob("new*"))


def test_a_name_too_long_is_said_with_its_place_and_not_repeated(url, site):
    Clinic.objects.update(name="Sample " * 60)
    with pytest.raises(
        MoveRefused, match=r"clinic_site_clinic, row 1, column name: .* longer"
    ) as no:
        move(to=url)
    assert "Sample" not in str(no.value)


def test_mail_is_held_only_if_the_move_succeeds(url, monkeypatch, settings):
    settings.HOLD_MAIL = f"{__name__}.hold"
    monkeypatch.setattr(SqliteTarget, "commit", breaks(OperationalError("disk is full")))
    with pytest.raises(MoveRefused):
        move(to=url)
    assert Clinic.objects.get().tagline != "held"


def test_mail_is_held_in_both(url, site, settings):
    settings.HOLD_MAIL = f"{__name__}.hold"
    move(to=url)
    with closing(sqlite3.connect(site / "new.sqlite3")) as file:
        found = file.execute("SELECT tagline FROM clinic_site_clinic").fetchall()
    assert found == [(Clinic.objects.get().tagline,)] == [("held",)]


def hold(*, why):
    assert "was moved from sqlite" in why
    Clinic.objects.update(tagline="held")
