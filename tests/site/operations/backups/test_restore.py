"""A bundle becomes a site again: all of it, or nothing and a sentence."""

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from clinic_site.operations.backups import drill, empty_place, restoring
from clinic_site.operations.backups.bundles import newest_bundle
from clinic_site.operations.backups.manifest import Manifest
from clinic_site.operations.backups.problems import BackupProblem
from tests.running_site import RunningSite, drop_database, make_database
from tests.site.operations.backups.making import FACTS, small_bundle

ROOT = Path(__file__).parents[4]
SITE = {"SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost"}


@pytest.fixture
def bundle(site):
    call_command("backup", stdout=StringIO())
    return newest_bundle().path


@pytest.fixture
def empty(tmp_path, settings):
    """The environment of a new server: a folder and a database without anything."""
    folder = tmp_path / "new"
    folder.mkdir()
    url = make_database(folder)
    yield {
        "PATH": os.environ["PATH"],
        "CLINIC_ENV_FILE": "",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "CLINIC_DATA_KEYS": ",".join(settings.CLINIC_DATA_KEYS),
        **SITE,
    }
    drop_database(url)


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def rows(environment, sql):
    site = mock.Mock(database_url=environment["DATABASE_URL"])
    with closing(RunningSite.connect(site)) as database:
        cursor = database.cursor()
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db  # one test must ask, or the database is not made for the others
def test_the_releases_compare_as_numbers():
    assert restoring.is_newer("0.10.0", than="0.9.1")
    assert not restoring.is_newer("0.3.0", than="0.3.0")
    assert not restoring.is_newer("unknown", than="0.3.0")
    assert not restoring.is_newer("0.3.0", than="unknown")


def test_all_of_it_comes_back_and_mail_is_held(site, bundle, empty):
    done = manage(empty, "restore", bundle)
    assert done.returncode == 0, done.stderr
    assert "each as it was written" in done.stdout
    assert "sealed fields, a letter" in done.stdout
    reference = site.enquiry.reference
    assert rows(empty, "SELECT reference FROM referrals_enquiry") == [(reference,)]
    assert "brought back" in rows(empty, "SELECT why FROM referrals_mailhold")[0][0]
    var = Path(empty["VAR_DIR"])
    stored = site.folder / "private" / str(site.letter.pk)
    assert (var / "private" / stored.name).read_bytes() == stored.read_bytes()
    assert not (var / "restoring").exists()
    again = manage(empty, "restore", bundle)
    assert (again.returncode, "is not empty. Nothing was changed" in again.stderr) == (1, True)


def test_a_drill_with_keys_from_the_sheet_leaves_nothing(bundle, site, settings, tmp_path):
    sheet, out = tmp_path / "sheet.txt", StringIO()
    sheet.write_text(f"KEY SHEET\n\nCLINIC_DATA_KEYS={','.join(settings.CLINIC_DATA_KEYS)}\n")
    before = sorted(settings.BACKUP_DIR.iterdir())
    (settings.BACKUP_DIR / ".clinic-drill-killed" / "private").mkdir(parents=True)
    with real_settings(settings):
        call_command("restore_drill", str(bundle), "--keys-from", str(sheet), stdout=out)
    assert "sealed fields, a letter" in out.getvalue()
    assert "The drill succeeded in" in out.getvalue()
    assert sorted(settings.BACKUP_DIR.iterdir()) == before


def real_settings(settings):
    """What the process of a drill is told besides, as the file of a real site would."""
    settings.DATABASE_URL = os.environ.get("DATABASE_URL", "")
    return mock.patch.dict(os.environ, {**SITE, "CLINIC_ENV_FILE": ""})


def test_a_drill_with_other_keys_says_which_the_bundle_wants(bundle, settings, monkeypatch):
    before = sorted(settings.BACKUP_DIR.iterdir())
    other = StringIO(Fernet.generate_key().decode())
    monkeypatch.setattr("sys.stdin", other)
    with real_settings(settings), pytest.raises(CommandError, match="do not open this bundle"):
        call_command("restore_drill", str(bundle))
    assert sorted(settings.BACKUP_DIR.iterdir()) == before


@pytest.mark.parametrize(
    ("url", "scratch"),
    [
        ("postgres:///clinic", "postgres:///drill"),
        ("postgres:///clinic?host=/run", "postgres:///drill?host=/run"),
        ("postgres://clinic:a%40b@db:6432/clinic", "postgres://clinic:a%40b@db:6432/drill"),
    ],
)
def test_the_scratch_database_lies_on_the_server_of_the_site(settings, url, scratch):
    settings.DATABASE_URL = url
    assert drill.address_of("drill") == scratch


def test_the_drill_says_what_the_restore_said_and_all_of_it():
    said = "Site x\nCommandError: The keys do not fit.\nTake the sheet of May.\n"
    assert drill.refusal(said) == "The keys do not fit.\nTake the sheet of May."
    assert drill.refusal("Site x\nThe keys are missing.\nSet them.\n").startswith("The keys")
    assert drill.refusal("Traceback:\n  File x\nValueError: y\n") == "ValueError: y"
    assert "did not end well" in drill.refusal("")


def test_keys_with_a_slip_are_named_before_anything_is_done():
    good = Fernet.generate_key().decode()
    assert drill.keys_in(f"CLINIC_DATA_KEYS='{good},{good}'\nSECRET_KEY=x\n") == f"{good},{good}"
    for slip in ["", good[:-2], f"{good},short"]:
        with pytest.raises(BackupProblem, match="has a slip"):
            drill.keys_in(slip)


def manifest(**changes):
    return Manifest(**{**FACTS, "key_witness": "", "database": connection.vendor, **changes})


def test_a_newer_release_is_refused_by_its_number_or_by_its_tables():
    with pytest.raises(BackupProblem, match=r"made by release 99\.0\.0, and this is"):
        restoring.require_fitting(manifest(release="99.0.0"))
    with pytest.raises(BackupProblem, match="an older one cannot read it"):
        restoring.require_fitting(manifest(migrations=[["referrals", "0999_later"]]))
    restoring.require_fitting(manifest(migrations=[["an_app_that_went", "0001_initial"]]))


def test_another_kind_of_database_is_refused_with_the_way_there():
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    with pytest.raises(BackupProblem, match="move_database"):
        restoring.require_fitting(manifest(database=other))


@pytest.fixture
def untouched(site, tmp_path):
    """Nothing is written where a restore is refused."""
    yield
    assert not (tmp_path / "restoring").exists()
    assert (site.folder / "private" / str(site.letter.pk)).is_file()


@pytest.mark.usefixtures("untouched")
def test_a_place_that_holds_an_enquiry_is_refused(tmp_path, settings):
    path = small_bundle(tmp_path / "b.tar", database=connection.vendor)
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="only into an empty place"):
        call_command("restore", str(path))


@pytest.mark.usefixtures("untouched")
def test_a_folder_that_holds_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(empty_place, "require_empty_database", lambda: None)
    monkeypatch.setattr(empty_place, "require_stopped_site", lambda: None)
    with pytest.raises(BackupProblem, match="private is not empty"):
        empty_place.require_empty_place()


@pytest.mark.usefixtures("untouched")
def test_a_lost_key_is_refused_before_anything(tmp_path, settings):
    path = small_bundle(tmp_path / "b.tar", database=connection.vendor)
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match=r"sealed with 0badcafe\. Nothing was changed"):
        call_command("restore", str(path))


@pytest.mark.usefixtures("untouched")
def test_too_little_room_is_said_first():
    little = shutil.disk_usage("/")._replace(free=10)
    with mock.patch.object(restoring.shutil, "disk_usage", return_value=little):
        with pytest.raises(BackupProblem, match="Make room first"):
            restoring.require_room(manifest(members={"a": restoring_member(11)}))


@pytest.mark.usefixtures("untouched")
def test_while_web_or_mail_run_nothing_is_brought_back(tmp_path, settings):
    path = small_bundle(tmp_path / "b.tar", database=connection.vendor)
    settings.VAR_DIR = tmp_path
    with (tmp_path / "running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with pytest.raises(CommandError, match=r"The site runs.*Stop web and mail"):
            call_command("restore", str(path))


KILLED_AT_THE_END = """
import os, sys
import django
django.setup()
from pathlib import Path
from clinic_site.operations.backups import restoring
restoring.remove_staged = lambda: os.kill(os.getpid(), 9)
restoring.restore(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("next_command", [("restore",), ("release_mail", "--yes")])
def test_one_that_was_killed_when_all_was_in_place_is_only_finished(bundle, empty, next_command):
    var = Path(empty["VAR_DIR"])
    told = {**empty, "DJANGO_SETTINGS_MODULE": "clinic_site.settings"}
    command = [sys.executable, "-c", KILLED_AT_THE_END, str(bundle)]
    assert subprocess.run(command, cwd=ROOT, env=told).returncode == -9
    assert (var / "restoring").exists()
    (var / "private" / "since").write_bytes(b"a letter that came since")
    where = [bundle] if next_command == ("restore",) else []
    done = manage(empty, *next_command, *where)
    assert done.returncode == 0, done.stderr
    assert "was cut off when all was in" in done.stdout
    assert not (var / "restoring").exists()
    assert (var / "private" / "since").exists()
    assert len(rows(empty, "SELECT reference FROM referrals_enquiry")) == 1


@pytest.mark.usefixtures("untouched")
def test_a_letter_that_came_after_a_restore_was_cut_off_is_in_the_way(
    site, tmp_path, settings, monkeypatch
):
    monkeypatch.setattr(empty_place, "require_empty_database", lambda: None)
    monkeypatch.setattr(empty_place, "require_stopped_site", lambda: None)
    settings.RESTORING = tmp_path / "cut off"
    settings.RESTORING.mkdir()
    with pytest.raises(BackupProblem, match="private is not empty"):
        empty_place.require_empty_place(bundled=["private/another"])
    empty_place.require_empty_place(bundled=[f"private/{site.letter.pk}"])


def restoring_member(size):
    return mock.Mock(size=size)


def test_a_database_on_another_disk_takes_its_place_in_one_step(tmp_path, monkeypatch):
    staged, target = tmp_path / "database.sqlite3", tmp_path / "other" / "clinic.sqlite3"
    target.parent.mkdir()
    for words, other_disk in [(b"first", False), (b"second", True)]:
        staged.write_bytes(words)
        monkeypatch.setattr(restoring, "same_disk", lambda *paths, other=other_disk: not other)
        restoring.take_place(staged, target)
        assert (target.read_bytes(), staged.exists()) == (words, False)
        assert list(target.parent.iterdir()) == [target]


def test_room_is_asked_of_the_disk_of_the_database_too(tmp_path, monkeypatch, settings):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(restoring, "same_disk", lambda *paths: False)
    monkeypatch.setattr(restoring, "target_file", lambda: tmp_path / "other" / "clinic.sqlite3")
    (tmp_path / "other").mkdir()
    usage = {tmp_path: 1000, tmp_path / "other": 10}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: mock.Mock(free=usage[path]))
    facts = manifest(database="sqlite")
    facts.members = {facts.database_member: restoring_member(11)}
    monkeypatch.setattr(restoring.connection, "vendor", "sqlite")
    with pytest.raises(BackupProblem, match=r"other has 0\.0 MB left"):
        restoring.require_room(facts)


def test_rows_that_differ_are_named():
    with pytest.raises(BackupProblem, match="referrals_enquiry has 1 rows and should have 2"):
        restoring.compare({"referrals_enquiry": 1}, manifest(rows={"referrals_enquiry": 2}))


def test_a_database_that_is_no_whole_one_leaves_the_place_empty(tmp_path, empty, settings):
    path = small_bundle(tmp_path / "b.tar", database=connection.vendor)
    done = manage(empty, "restore", path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    var = Path(empty["VAR_DIR"])
    assert not (var / "restoring").exists()
    assert list((var / "private").iterdir()) == []
