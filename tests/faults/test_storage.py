"""Storage that fails: a database that restarts at once, a disk without room for a letter."""

import os
import shutil
import subprocess
import threading
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import SHORT
from tests.faults.senders import (
    LETTER,
    PATIENCE_WITH_FORMS,
    Crowd,
    Sender,
    duplicates,
    mailed,
    references,
    wait_until_delivered,
)
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
SERVER = Path(__file__).parents[2] / ".ci" / "postgres"
RESTARTS = 1 if SHORT else 3
SUBMISSIONS = 40 if SHORT else 300
DISK_BYTES = 2 * 1024 * 1024
HAS_POSTGRESQL = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture
def own_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A PostgreSQL server that nobody else uses, so that it may fall over."""
    if not HAS_POSTGRESQL:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("PostgreSQL is missing")
        pytest.skip("needs PostgreSQL: apt install postgresql")
    folder = Path(f"/tmp/clinic-faults-{os.getpid()}")  # noqa: S108 - postgres must reach it
    folder.mkdir(mode=0o755)
    started = subprocess.run([SERVER, folder], capture_output=True, text=True, check=True)
    monkeypatch.setenv("DATABASE_URL", started.stdout.strip())
    yield folder
    subprocess.run([SERVER, folder, "stop"], check=False)
    shutil.rmtree(folder)


@pytest.fixture
def site_on_own_server(own_server, tmp_path, mailbox) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path, mailbox, TRUSTED_PROXIES="127.0.0.1")
    site.prepare()
    site.start("web")
    site.start("mail")
    site.wait_until_up()
    yield site
    site.stop()


def test_nothing_is_lost_when_the_database_restarts_at_once(
    site_on_own_server, own_server, mailbox, report
):
    site = site_on_own_server

    def restart() -> None:
        for _ in range(RESTARTS):
            time.sleep(2)
            subprocess.run([SERVER, own_server, "restart"], check=True)

    restarter = threading.Timer(4.0, restart)
    restarter.start()
    acknowledged = Crowd(site).send(range(SUBMISSIONS), seconds=6 * RESTARTS)
    restarter.join()
    wait_until_delivered(site)
    report(
        f"{RESTARTS} immediate restart{'s' if RESTARTS > 1 else ''} of PostgreSQL",
        acknowledged=len(acknowledged),
        stored=len(references(site)),
        delivered=len(mailed(mailbox)),
        interrupted=RESTARTS,
        mails_twice=duplicates(mailbox),
    )
    assert len(set(acknowledged)) == SUBMISSIONS
    assert set(acknowledged) == references(site) == mailed(mailbox)
    assert duplicates(mailbox) <= RESTARTS


@pytest.fixture
def small_disk(site: RunningSite) -> Iterator[Path]:
    """Two megabytes for the files of senders."""
    folder = site.folder / "var" / "private"
    folder.mkdir(mode=0o700, exist_ok=True)
    size = f"size={DISK_BYTES}"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_acknowledges_nothing_and_says_what_to_do(site, small_disk, mailbox, report):
    sender = Sender(site.url, 1)
    large = LETTER + b"% large\n" * (DISK_BYTES // 8) + b"%%EOF\n"
    form = sender.referral(file=("letter.pdf", large))
    time.sleep(PATIENCE_WITH_FORMS)
    with pytest.raises(urllib.error.HTTPError) as refused:
        sender.open(form.path, form)
    page = refused.value.read().decode()
    assert refused.value.code in {503, 507}
    assert "Samplepatient" in page  # what was typed is kept
    assert "5550 1234" in page  # and there is a telephone number
    assert references(site) == set()
    report("disk full", acknowledged=0, stored=0, delivered=0)
    form.file = None
    form.fields["mode"] = "full"
    assert sender.send(form) in references(site)
