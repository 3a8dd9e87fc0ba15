"""A database from before the first release is refused with a sentence, and left as it is."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from clinic_site.running.unreleased import GONE, UnreleasedDatabase, refuse_unreleased
from tests.site.running.test_unsafe_settings import SAFE


@pytest.fixture
def old(db):
    """The history of a database that an unreleased version has made."""
    recorder = MigrationRecorder(connection)
    for app, name in [*GONE, ("referrals", "0012_news_withdrawn")]:
        recorder.record_applied(app, name)
    return recorder


@pytest.mark.parametrize(
    "command", [["migrate"], ["migrate", "referrals", "zero"], ["prepare_site"], ["deliver_mail"]]
)
def test_every_way_in_refuses_it_before_it_changes_anything(old, command):
    before = set(old.applied_migrations())
    with pytest.raises(UnreleasedDatabase, match="Nothing was changed"):
        call_command(*command, stdout=StringIO(), stderr=StringIO())
    assert set(old.applied_migrations()) == before
    assert "referrals_enquiry" in connection.introspection.table_names()


@pytest.mark.parametrize(("app", "name"), sorted(GONE))
def test_one_trace_of_it_is_enough(db, app, name):
    MigrationRecorder(connection).record_applied(app, name)
    with pytest.raises(UnreleasedDatabase):
        refuse_unreleased()


def test_a_database_of_this_version_is_taken(db):
    refuse_unreleased()


def python(tmp_path, *arguments):
    path = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "CLINIC_ENV_FILE": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env={**path, **SAFE}, capture_output=True, text=True)


def test_whoever_starts_the_site_reads_the_sentence_and_no_traceback(tmp_path):
    assert python(tmp_path, "manage.py", "migrate", "-v0").returncode == 0
    record = (
        "import django; django.setup(); from django.db import connection as c; from"
        " django.db.migrations.recorder import MigrationRecorder as R;"
        " R(c).record_applied('referrals', '0002_append_only')"
    )
    code = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'clinic_site.settings'; {record}"
    assert python(tmp_path, "-c", code).returncode == 0
    said = python(tmp_path, "manage.py", "migrate").stderr
    assert f"\nThis version cannot use sqlite {tmp_path / 'clinic.sqlite3'}." in said
    assert "Traceback" not in said
    assert "UnreleasedDatabase" in python(tmp_path, "-c", "import clinic_site.wsgi").stderr
