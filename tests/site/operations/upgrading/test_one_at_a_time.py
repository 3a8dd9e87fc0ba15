"""Of two that prepare a site one waits, wherever it runs; all migrations are made, or none."""

import os
import subprocess
import sys
import time
from io import StringIO
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from clinic_site.operations.upgrading import migrating
from clinic_site.operations.upgrading.one_at_a_time import LOCK, one_at_a_time

# A process that takes the lock without Django, says so, and keeps it until it is told to end.
HOLDS_FILE = """import fcntl, sys
lock = open(sys.argv[1] + "/prepare.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
HOLDS_DATABASE = """import psycopg2, sys
cursor = psycopg2.connect(sys.argv[1]).cursor()
cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sys.argv[2])])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other():
    """Another process that is preparing this site."""
    told = [HOLDS_FILE, str(django_settings.VAR_DIR)]
    if connection.vendor == "postgresql":
        told = [HOLDS_DATABASE, url_of_test_database(), str(LOCK)]
    command = [sys.executable, "-c", *told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def url_of_test_database():
    facts = connection.settings_dict
    keys = {
        "dbname": "NAME",
        "user": "USER",
        "host": "HOST",
        "port": "PORT",
        "password": "PASSWORD",
    }
    return " ".join(f"{key}={facts[name]}" for key, name in keys.items() if facts[name])


@pytest.mark.django_db
def test_who_comes_second_waits_and_says_so(other):
    said = []
    with pytest.raises(CommandError, match="Nothing was done"):
        with one_at_a_time(say=said.append, patience=0.3):
            pytest.fail("both at once")
    assert said == ["Another process is preparing this site. Waiting until it is done."]


@pytest.mark.django_db
def test_it_goes_on_when_the_other_has_ended_however_that_was(other):
    def kill(_):
        other.kill()

    with one_at_a_time(say=kill, patience=20):
        assert other.wait(5) != 0


@pytest.mark.django_db
def test_prepare_site_touches_nothing_while_another_is_at_work(other):
    with (
        mock.patch("clinic_site.operations.upgrading.one_at_a_time.PATIENCE_SECONDS", 0),
        mock.patch("clinic_site.management.commands.prepare_site.Command.check"),
        mock.patch("clinic_site.management.commands.prepare_site.migrate") as migrate,
        pytest.raises(CommandError, match="Another process"),
    ):
        call_command("prepare_site", stdout=StringIO(), stderr=StringIO())
    assert not migrate.called


@pytest.mark.django_db
def test_the_lock_is_free_again_afterwards():
    for _ in range(2):
        with one_at_a_time(say=pytest.fail, patience=0):
            pass


ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.mark.skipif(not ON_POSTGRESQL, reason="is PostgreSQL’s setting")
@pytest.mark.django_db
def test_a_server_that_ends_idle_transactions_leaves_the_lock(monkeypatch):
    told = {"options": "-c idle_in_transaction_session_timeout=200"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", told)
    with one_at_a_time(say=pytest.fail, patience=0):
        time.sleep(1)
        with pytest.raises(CommandError), one_at_a_time(say=[].append, patience=0):
            pytest.fail("both at once")


@pytest.mark.skipif(ON_POSTGRESQL, reason="is a file")
def test_the_file_is_for_its_owner_alone():
    with one_at_a_time(say=pytest.fail, patience=0):
        pass
    assert (django_settings.VAR_DIR / "prepare.lock").stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_fails_takes_back_those_before_it():
    class Waits:
        atomic = True

    def half(*_, **__):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE half_an_upgrade (id integer)")
        raise RuntimeError("the second one breaks")

    with (
        mock.patch.object(migrating, "waiting", return_value=[Waits]),
        mock.patch.object(migrating, "call_command", half),
        pytest.raises(RuntimeError),
    ):
        migrating.migrate()
    assert "half_an_upgrade" not in connection.introspection.table_names()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
