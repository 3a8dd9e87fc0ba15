"""Another user of the server who looks into VAR_DIR finds nothing open: no letter, no mail."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_site.running import own_folder
from tests.site.running.test_unsafe_settings import SAFE, manage


@pytest.fixture
def var_dir(settings, tmp_path, monkeypatch) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    default = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db" / "a.sqlite3"}
    monkeypatch.setitem(settings.DATABASES, "default", default)
    for folder in ["var/private/aside", "var/mail", "db"]:
        (tmp_path / folder).mkdir(parents=True)
    return settings.VAR_DIR


def put(path: Path, mode: int) -> Path:
    path.write_text("a letter")
    path.chmod(mode)
    return path


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_an_earlier_release_left_open_is_closed_and_all_else_stays(var_dir):
    database = put(var_dir.parent / "db" / "a.sqlite3", 0o644)
    log = put(database.with_name("a.sqlite3-wal"), 0o640)
    letter = put(var_dir / "private" / "aside" / "letter", 0o666)
    (var_dir / "mail").chmod(0o755)
    var_dir.chmod(0o750)
    assert own_folder.close_to_others() == 5
    assert [mode_of(path) for path in (database, log, letter)] == [0o600] * 3
    assert [mode_of(path) for path in (var_dir, var_dir / "mail")] == [0o700] * 2
    assert own_folder.open_to_others() == []
    assert letter.read_text() == "a letter"


LOCKED_BY_ANOTHER = """
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print("locked")
"""


def test_the_locks_of_a_database_in_use_are_kept(var_dir):
    """Without them two processes write into one another, and enquiries are lost."""
    database = put(var_dir.parent / "db" / "a.sqlite3", 0o644)
    with database.open("r+") as in_use:
        fcntl.lockf(in_use, fcntl.LOCK_EX)
        own_folder.open_to_others()
        own_folder.close_to_others()
        another = [sys.executable, "-c", LOCKED_BY_ANOTHER, str(database)]
        assert subprocess.check_output(another) == b"locked\n"
    assert mode_of(database) == 0o600


def test_a_link_in_the_folder_leads_nobody_to_a_file_outside(var_dir, tmp_path):
    outside = put(tmp_path / "outside", 0o644)
    (var_dir / "mail" / "link").symlink_to(outside)
    (var_dir / "private" / "folder").symlink_to(tmp_path)
    own_folder.close_to_others()
    assert mode_of(outside) == 0o644


@pytest.mark.parametrize("above", [0, 1])
def test_a_folder_that_also_holds_the_code_keeps_its_doors(var_dir, settings, above):
    """VAR_DIR=/srv/clinic with the code in it, or /srv: only what the site makes is closed."""
    settings.BASE_DIR = [var_dir, var_dir / "code"][above]
    code = put(var_dir / "manage.py", 0o644)
    mail = put(var_dir / "mail" / "1.eml", 0o644)
    var_dir.chmod(0o755)
    own_folder.close_to_others()
    assert [mode_of(path) for path in (var_dir, code, mail)] == [0o755, 0o644, 0o600]


def test_the_deployment_check_names_what_is_open(tmp_path):
    var = tmp_path / "var"
    (var / "mail").mkdir(parents=True, mode=0o755)
    var.chmod(0o700)
    put(var / "mail" / "1.eml", 0o604)
    result = manage(var, "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert result.returncode != 0
    assert f"{var}/mail" in result.stderr
    assert "manage.py prepare_site" in result.stderr
