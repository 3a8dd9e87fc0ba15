"""What is in the way of a move is said in a sentence, before anything is written."""

import subprocess
import sys
from contextlib import closing
from socket import create_server

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from clinic_site.operations.moving.ends import End, without_password
from clinic_site.operations.moving.moving import move
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.targets import target_of
from clinic_site.running.in_use import nobody_else, note_that_it_runs
from tests.running_site import server_url
from tests.site.operations.moving.places import empty_database

pytestmark = pytest.mark.django_db
HOLD_LOCK = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_SH)
print(flush=True)
time.sleep(60)
"""


def file_in(folder):
    return f"sqlite:///{folder / 'new.sqlite3'}"


def test_while_web_or_mail_run_nothing_is_moved(site):
    command = [sys.executable, "-c", HOLD_LOCK, str(site / "running.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        running.stdout.readline()
        with pytest.raises(MoveRefused, match=r"still runs.*systemctl stop"):
            move(to=file_in(site))
        running.kill()
    assert not (site / "new.sqlite3").exists()


def test_a_socket_that_would_start_the_site_is_in_the_way_too(site, settings):
    with create_server(("127.0.0.1", settings.PORT)):
        with pytest.raises(MoveRefused, match=f"listens on 127.0.0.1:{settings.PORT}"):
            move(to=file_in(site))


def test_web_and_mail_do_not_start_while_a_move_goes_on(site):
    with nobody_else(), pytest.raises(ImproperlyConfigured, match="being moved"):
        note_that_it_runs()
    note_that_it_runs()


def test_a_file_that_holds_something_is_not_written_to(site):
    (site / "new.sqlite3").write_bytes(b"something")
    with pytest.raises(MoveRefused, match="holds something"):
        move(to=file_in(site))
    assert (site / "new.sqlite3").read_bytes() == b"something"


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_what_lies_beside_a_file_that_is_gone_is_not_read_into_the_new_one(site, end):
    (site / f"new.sqlite3{end}").write_bytes(b"of another")
    with pytest.raises(MoveRefused, match=f"new.sqlite3{end} lies there"):
        move(to=file_in(site))
    assert (site / f"new.sqlite3{end}").read_bytes() == b"of another"


def test_a_table_of_another_program_is_named_and_may_be_left(site, monkeypatch):
    connection.cursor().execute("CREATE TABLE of_another_program (number integer)")
    with pytest.raises(MoveRefused, match="--leave of_another_program"):
        move(to=file_in(site))
    monkeypatch.setattr(End, "refuse_company", stop_here)
    with pytest.raises(StopHere):
        move(to=file_in(site), leave=["of_another_program"])


def test_a_column_of_another_program_is_named(site):
    connection.cursor().execute("ALTER TABLE referrals_call ADD COLUMN of_theirs integer")
    with pytest.raises(MoveRefused, match=r"referrals_call.*of_theirs"):
        move(to=file_in(site))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://clinic:pass/word@127.0.0.1/clinic", "--to would be misread"),
        ("mysql://clinic@127.0.0.1/clinic", "--to names no PostgreSQL"),
        ("postgres://clinic:secret@127.0.0.1:1/clinic", "nothing answers there"),
        ("sqlite:////no/such/folder/new.sqlite3", "cannot write a file into /no/such/folder"),
    ],
)
def test_a_place_that_cannot_be_used_ends_with_a_sentence(site, url, words):
    with pytest.raises(CommandError) as refused:
        call_command("move_database", to=url)
    assert words in str(refused.value)
    assert "Nothing was moved" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_password_is_not_printed():
    shown = without_password("postgres://clinic:secret@db.example:5432/clinic?sslmode=require")
    assert shown == "postgres://clinic:PASSWORD@db.example:5432/clinic?sslmode=require"


on_postgresql = pytest.mark.skipif(not server_url(), reason="asks a PostgreSQL server")


@on_postgresql
@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_has_no_room_for_every_name_is_refused(site, encoding):
    options = f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    with empty_database(server_url(), options=options) as url:
        with pytest.raises(MoveRefused, match=f"{encoding}.*createdb"):
            target_of(url).refuse_if_unusable()


@on_postgresql
def test_a_database_that_is_not_empty_is_refused_and_an_unfinished_move_is_cleared(site):
    with empty_database(server_url()) as url:
        target = target_of(url)
        target.ask("CREATE TABLE theirs (number integer)")
        with pytest.raises(MoveRefused, match="not empty"):
            target.refuse_if_unusable()
        target.ask("CREATE TABLE move_database_under_way (since timestamptz)")
        target.refuse_if_unusable()
        assert target.names("table") == []


class StopHere(Exception):
    pass


def stop_here(end):
    raise StopHere


def test_what_a_killed_move_left_of_a_file_is_taken_away(site):
    (site / "new.sqlite3.moving").write_bytes(b"half")
    target_of(file_in(site)).refuse_if_unusable()
    assert list(site.iterdir()) == []


@on_postgresql
def test_whoever_else_is_connected_is_in_the_way(site):
    facts = connection.get_connection_params()
    place = {name: facts[name] for name in ("dbname", "user", "host", "port")}
    with closing(psycopg2.connect(**place)):
        with pytest.raises(MoveRefused, match="1 other connection"):
            End(connection).refuse_company()
