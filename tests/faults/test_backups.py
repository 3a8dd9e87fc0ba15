"""Backups while people send; what a full disk, a kill, a lost key, a wrong clock do to them."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.faults.conftest import SHORT
from tests.faults.senders import Crowd, references
from tests.running_site import ROOT, RunningSite, drop_database, free_port, make_database

pytestmark = pytest.mark.faults
SUBMISSIONS = 24 if SHORT else 300
BACKUPS = 1 if SHORT else 8
ONE_DAY_AHEAD = """
import datetime, os
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
import django; django.setup()
from django.core.management import call_command
from clinic_site.operations.backups import making
class Ahead(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(days=1)
making.datetime = Ahead
call_command("backup")
"""


class Copy:
    """A new server beside the site: a folder and a database without anything."""

    def __init__(self, site: RunningSite, folder: Path) -> None:
        folder.mkdir()
        self.var, self.port = folder / "var", free_port()
        self.database_url = make_database(folder)
        self.environment = {
            **site.environment,
            **trial_secrets(site),
            "VAR_DIR": str(self.var),
            "DATABASE_URL": self.database_url,
        }

    rows = RunningSite.rows
    connect = RunningSite.connect


def trial_secrets(site: RunningSite) -> dict[str, str]:
    lines = (site.folder / "var" / "secrets.env").read_text().split()
    return dict(line.split("=", 1) for line in lines)


def manage(environment, *arguments, **more) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        *([] if arguments[0] == "-c" else ["manage.py"]),
        *map(str, arguments),
    ]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, **more
    )


def back_up(site: RunningSite) -> Path:
    done = manage(site.environment, "backup")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split(" (")[0])


@pytest.fixture
def new_server(site, tmp_path) -> Iterator[Copy]:
    copy = Copy(site, tmp_path / "new server")
    yield copy
    drop_database(copy.database_url)


def sealed_rows(place, found: set[str]) -> dict[str, tuple[object, ...]]:
    """What was sent, as it lies sealed in the database, by reference."""
    rows = place.rows(
        "SELECT e.reference, e.sender_name, e.sender_email, e.sender_phone, e.form_key, a.id,"
        " a.name, a.size, a.sha256 FROM referrals_enquiry e"
        " LEFT JOIN referrals_attachment a ON a.enquiry_id = e.id"
    )
    return {str(row[0]): row for row in rows if row[0] in found}


def letters(var: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (var / "private").iterdir() if path.is_file()}


def test_every_enquiry_acknowledged_before_the_backup_is_in_it(site, new_server, report):
    crowd = Crowd(site)
    sending = threading.Thread(
        target=crowd.send, args=(range(SUBMISSIONS),), kwargs={"letters": True, "seconds": 4}
    )
    sending.start()
    while len(crowd.acknowledged) < SUBMISSIONS // 3:
        assert sending.is_alive(), crowd.failures
        time.sleep(0.05)
    for _ in range(BACKUPS):
        before = set(crowd.acknowledged)
        bundle = back_up(site)
        time.sleep(1)
    sending.join()
    done = manage(new_server.environment, "restore", bundle)
    assert done.returncode == 0, done.stderr
    stored = references(new_server)
    assert len(crowd.acknowledged) == SUBMISSIONS
    assert before <= stored
    assert sealed_rows(new_server, before) == sealed_rows(site, before)
    there, live = letters(new_server.var), letters(site.folder / "var")
    named = {str(row[0]) for row in new_server.rows("SELECT id FROM referrals_attachment")}
    named = {name if "-" in name else with_dashes(name) for name in named}
    assert named <= there.keys()
    assert all(there[name] == live[name] for name in named)
    report("backup under load", acknowledged=len(before), stored=len(stored & before))


def with_dashes(name: str) -> str:
    """SQLite keeps the numbers of files without."""
    return "-".join([name[:8], name[8:12], name[12:16], name[16:20], name[20:]])


def only_small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_failure_leaves_the_backup_before_it_and_an_empty_place(site, new_server, report):
    Crowd(site).send(range(2), clients=2, letters=True)
    site.environment["BACKUP_DIR"] = str(site.folder / "backups")
    bundle = back_up(site)
    before = left_in(bundle.parent)

    full = manage(site.environment, "backup", preexec_fn=only_small_files)
    assert_one_sentence(full)
    assert left_in(bundle.parent) == before
    assert_one_sentence(
        manage(new_server.environment, "restore", bundle, preexec_fn=only_small_files)
    )
    assert_is_empty(new_server)

    lost = {**new_server.environment, "CLINIC_DATA_KEYS": Fernet.generate_key().decode()}
    assert "do not open this bundle" in assert_one_sentence(manage(lost, "restore", bundle))
    assert_is_empty(new_server)

    kill_midway(new_server, bundle)
    held = manage(new_server.environment, "release_mail", "--yes")
    assert held.returncode == 1
    done = manage(new_server.environment, "restore", bundle)
    assert done.returncode == 0, done.stderr
    assert references(new_server) == references(site)
    report("backup and restore cut off", acknowledged=2, stored=len(references(new_server)))


def assert_one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    [said] = [line for line in done.stderr.splitlines() if not line.startswith("Site ")]
    assert said.startswith("CommandError: ")
    return said


def assert_is_empty(place: Copy) -> None:
    assert not (place.var / "restoring").exists()
    assert [path for path in (place.var / "private").glob("*") if path.is_file()] == []
    is_sqlite = place.database_url.startswith("sqlite")
    where = "sqlite_master" if is_sqlite else "pg_tables WHERE schemaname = 'public'"
    assert place.rows(f"SELECT count(*) FROM {where}") == [(0,)]


def kill_midway(place: Copy, bundle: Path) -> None:
    command = [sys.executable, "manage.py", "restore", str(bundle)]
    process = subprocess.Popen(command, cwd=ROOT, env=place.environment, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (place.var / "private" / "OWNER").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (place.var / "restoring").exists()


def test_a_clock_that_was_a_day_ahead_costs_no_backup(site, report):
    site.environment["BACKUP_DIR"] = str(site.folder / "backups")
    first = back_up(site)
    ahead = manage(site.environment, "-c", ONE_DAY_AHEAD)
    assert ahead.returncode == 0, ahead.stderr
    time.sleep(1)
    done = manage(site.environment, "backup")
    assert done.returncode == 0, done.stderr
    assert "is from later than now. Is the clock right? It stays" in done.stderr
    assert len(left_in(first.parent)) >= 2
    newest = sorted(first.parent.glob("*.tar"))[-1]
    keys = trial_secrets(site)["CLINIC_DATA_KEYS"]
    drilled = manage(site.environment, "restore_drill", newest, input=keys)
    assert "The drill succeeded" in drilled.stdout, drilled.stderr
    report("clock a day ahead")
