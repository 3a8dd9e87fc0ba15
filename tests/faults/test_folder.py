"""The folder of files and its database part: another database, an older dump, a file gone."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.faults.conftest import SHORT
from tests.faults.senders import (
    LETTER,
    PATIENCE_WITH_FORMS,
    Sender,
    mailed,
    references,
    wait_until_delivered,
)
from tests.running_site import ROOT, SQLITE, RunningSite, drop_database, free_port, on_server

pytestmark = pytest.mark.faults
LETTERS = 4 if SHORT else 40
ROUNDS_SECONDS = 9  # four rounds of the mail process
KILLS = 4 if SHORT else 20
STRAYS = 1500
TWO_DAYS = 2 * 24 * 3600


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[list[str]]:
    """Further databases of a test, dropped at its end."""
    made: list[str] = []
    yield made
    for url in made:
        drop_database(url)


@pytest.fixture
def private(site: RunningSite) -> Path:
    return site.folder / "var" / "private"


def send_letters(site: RunningSite, first: int) -> list[str]:
    """Full referrals with a letter each, from as many practices; their references."""
    forms = []
    for number in range(first, first + LETTERS):
        sender = Sender(site.url, number)
        letter = LETTER + f"% {number}\n".encode() * 300 + b"%%EOF\n"
        forms.append((sender, sender.referral(file=(f"letter-{number}.pdf", letter))))
    time.sleep(PATIENCE_WITH_FORMS)
    return [sender.send(form) for sender, form in forms]


def lying_in(folder: Path) -> dict[str, bytes]:
    """Every sealed file under a folder, wherever it lies in it."""
    found = (path for path in folder.rglob("*-*-*-*-*") if path.is_file())
    return {path.name: path.read_bytes() for path in found}


def make_old(folder: Path) -> None:
    then = time.time() - TWO_DAYS
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def stop(site: RunningSite) -> None:
    for process in site.processes.values():
        process.terminate()
    for process in site.processes.values():
        process.wait(timeout=60)


def start(site: RunningSite) -> None:
    site.start("web")
    site.start("mail")
    site.wait_until_up()


def run_on(site: RunningSite, url: str) -> None:
    site.database_url = site.environment["DATABASE_URL"] = url


def another_database(site: RunningSite, made: list[str], *, copy: bool = False) -> str:
    """An empty database beside the site's own, or a copy of it. Nobody may be connected."""
    name = f"running_site_{os.getpid()}_{free_port()}"
    if site.database_url.startswith(SQLITE):
        url = f"{SQLITE}{site.folder / name}"
        if copy:
            source = sqlite3.connect(site.database_url.removeprefix(SQLITE))
            target = sqlite3.connect(site.folder / name)
            source.backup(target)
            source.close()
            target.close()
    else:
        parts = urlsplit(site.database_url)
        template = f"TEMPLATE {parts.path.lstrip('/')}" if copy else ""
        on_server(os.environ["DATABASE_URL"], f"CREATE DATABASE {name} {template}")
        url = urlunsplit(parts._replace(path=f"/{name}"))
    made.append(url)
    return url


def health(site: RunningSite) -> tuple[int, dict[str, dict[str, object]]]:
    """What `manage.py health` says; 503 where it exits with 1."""
    command = [sys.executable, "manage.py", "health", "--json"]
    run = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, check=False)
    return {0: 200, 1: 503}[run.returncode], json.loads(run.stdout)["checks"]


def wait_for(site: RunningSite, condition: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, (health(site), site.log_path.read_text()[-2000:])
        time.sleep(0.5)


def test_a_database_that_is_swapped_under_the_folder_costs_no_letter(
    site, private, databases, mailbox, report
):
    acknowledged = send_letters(site, 0)
    wait_until_delivered(site)
    stop(site)
    old, before = site.database_url, lying_in(private)
    run_on(site, another_database(site, databases))
    make_old(private)
    site.manage("prepare_site")
    start(site)
    time.sleep(ROUNDS_SECONDS)
    assert lying_in(private) == before
    status, checks = health(site)
    assert (status, checks["files"]["folder"]) == (503, "another database")
    meanwhile = send_letters(site, LETTERS)  # the wrong database loses nothing either
    wait_until_delivered(site)
    assert references(site) == set(meanwhile)
    stop(site)
    run_on(site, old)
    make_old(private)
    start(site)
    wait_for(site, lambda: health(site)[0] == 200)
    assert before.items() <= lying_in(private).items()
    assert health(site)[1]["files"]["other_databases"] == 1
    report(
        "another database under the folder",
        acknowledged=2 * LETTERS,
        stored=len(references(site)) + len(meanwhile),
        delivered=len(mailed(mailbox)),
    )
    assert references(site) == set(acknowledged)


def test_an_older_dump_beside_newer_files_costs_no_letter(
    site, private, databases, mailbox, report
):
    early = send_letters(site, 0)
    wait_until_delivered(site)
    stop(site)
    newest = site.database_url
    older = another_database(site, databases, copy=True)
    start(site)
    late = send_letters(site, LETTERS)
    wait_until_delivered(site)
    stop(site)
    before = lying_in(private)
    run_on(site, older)
    make_old(private)
    start(site)
    wait_for(site, lambda: health(site)[1]["files"]["set_aside"] == LETTERS)
    assert lying_in(private) == before
    assert references(site) == set(early)
    stop(site)
    run_on(site, newest)
    start(site)
    wait_for(site, lambda: health(site)[1]["files"]["set_aside"] == 0)
    assert health(site)[1]["files"]["missing"] == 0
    assert lying_in(private) == before
    report(
        "an older dump, then the newest again",
        acknowledged=len(early + late),
        stored=len(references(site)),
        delivered=len(mailed(mailbox)),
    )
    assert references(site) == set(early + late)


def test_a_file_that_is_gone_or_cut_off_is_found_and_heals(site, private, report):
    acknowledged = send_letters(site, 0)
    one, two, *_ = sorted(path for path in private.glob("*-*-*-*-*") if path.is_file())
    whole = two.read_bytes()
    wait_for(site, lambda: health(site)[0] == 200)
    one.rename(site.folder / one.name)
    two.write_bytes(whole[:1000])
    wait_for(site, lambda: health(site)[1]["files"]["missing"] == 1)
    wait_for(site, lambda: health(site)[1]["files"]["damaged"] == 1)
    assert health(site)[0] == 503
    (site.folder / one.name).rename(one)
    wait_for(site, lambda: health(site)[1]["files"]["missing"] == 0)
    report("a file gone, a file cut", acknowledged=len(acknowledged), stored=len(references(site)))
    assert references(site) == set(acknowledged)


def test_processes_that_all_start_first_agree_whose_folder_it_is(site, private):
    stop(site)
    for path in private.iterdir():
        path.unlink()
    clear(site, "clinic_site_databaseidentity")
    for number in range(4):
        site.start("mail", name=f"mail {number}")
    start(site)
    acknowledged = send_letters(site, 0)
    [(identity,)] = site.rows("SELECT identity FROM clinic_site_databaseidentity")
    owner = (private / "OWNER").read_text().split()[0]
    assert owner.replace("-", "") == str(identity).replace("-", "")
    wait_for(site, lambda: health(site)[0] == 200)
    assert len(list(private.iterdir())) == len(acknowledged) + 1


def clear(site: RunningSite, table: str) -> None:
    if site.database_url.startswith(SQLITE):
        connection = sqlite3.connect(site.database_url.removeprefix(SQLITE), timeout=20)
        connection.execute(f"DELETE FROM {table}")
        connection.commit()
        connection.close()
    else:
        on_database(site.database_url, f"DELETE FROM {table}")


def on_database(url: str, sql: str) -> None:
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(sql)
    connection.close()


def test_mail_processes_that_are_killed_while_they_set_aside_lose_no_file(site, private, report):
    send_letters(site, 0)
    stop(site)
    strays = {}
    for number in range(STRAYS):
        path = private / f"{number:08x}-0000-4000-8000-000000000000"
        path.write_bytes(b"of a newer backup" * 100)
        strays[path.name] = path.read_bytes()
    make_old(private)
    before = lying_in(private)
    assert strays.items() <= before.items()
    for _ in range(KILLS):
        for name in ("one", "two"):
            site.start("mail", name=name)
        wait_until_more_are_aside(private)
        for name in ("one", "two"):
            site.kill(name)
        assert lying_in(private) == before
    start(site)
    wait_for(site, lambda: health(site)[1]["files"]["set_aside"] == STRAYS)
    assert lying_in(private) == before
    report(f"{2 * KILLS} kill -9 while {STRAYS} files are set aside", interrupted=2 * KILLS)


def wait_until_more_are_aside(private: Path, *, seconds: float = 30) -> None:
    """Until the mail processes are in the middle of it; at once where all are aside."""
    was, deadline = len(lying_in(private / "aside")), time.monotonic() + seconds
    while was < STRAYS and len(lying_in(private / "aside")) == was:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_folder_that_is_read_only_is_said_and_nothing_typed_is_lost(site, private):
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", private]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a folder")
    try:
        sender = Sender(site.url, 1)
        form = sender.referral(file=("letter.pdf", LETTER + b"%%EOF\n"))
        assert "We cannot take files at the moment" in sender.open("/refer/")
        time.sleep(PATIENCE_WITH_FORMS)
        with pytest.raises(urllib.error.HTTPError) as refused:
            sender.open(form.path, form)
        assert refused.value.code == 507
        assert "Samplepatient" in refused.value.read().decode()
        assert health(site)[1]["files"]["folder"] == "not writable"
        form.file = None
        assert sender.send(form) in references(site)
    finally:
        subprocess.run(["umount", private], check=True)
