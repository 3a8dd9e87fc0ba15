"""Two machines with folders of their own on one PostgreSQL: of two that set the site up at once one
waits, and what the one publishes the other shows within a second or so."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.fernet import Fernet

from tests.faults.conftest import SHORT
from tests.faults.test_seen_at_once import Readers, published
from tests.running_site import ROOT, Mailbox, RunningSite, free_port, server_url

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not server_url(), reason="asks a PostgreSQL server"),
]
ROUNDS = 1 if SHORT else 5
SEEN_WITHIN = 1.5  # seconds, while somebody reads: 0.8 between two questions, and a busy machine
BUSY = "Another process is preparing this site"
MIGRATIONS = "SELECT count(*), count(DISTINCT (app, name)) FROM django_migrations"


class Machines(NamedTuple):
    one: RunningSite
    two: RunningSite
    said: list[str]  # by `prepare_site`, which both began at once on an empty database


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    told = {
        "SITE_URL": f"http://localhost:{free_port()}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "CLINIC_DATA_KEYS": Fernet.generate_key().decode(),
        "CLINIC_ENV_FILE": "",
    }
    top = tmp_path_factory.mktemp("machines")
    one = RunningSite(folder(top, "one"), Mailbox(), **told)
    two = RunningSite(folder(top, "two"), Mailbox(), database_url=one.database_url, **told)
    try:
        said = prepared_at_once(one, two)
        for site in (two, one):
            site.start("web")
            site.wait_until_up()
        yield Machines(one, two, said)
    finally:
        two.stop()
        one.stop()


def folder(top: Path, name: str) -> Path:
    (top / name).mkdir()
    return top / name


def prepared_at_once(*sites: RunningSite) -> list[str]:
    command = [sys.executable, "manage.py", "prepare_site"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    begun = [subprocess.Popen(command, cwd=ROOT, env=site.environment, **pipes) for site in sites]
    said = [process.communicate(timeout=600)[0] for process in begun]
    assert [process.returncode for process in begun] == [0, 0], said
    return said


def test_of_two_machines_that_set_the_site_up_at_once_one_waits(machines):
    assert sorted(said.count(BUSY) for said in machines.said) == [0, 1]
    assert sorted(said.count("Database: up to date.") for said in machines.said) == [0, 1]
    assert len(set(*machines.one.rows(MIGRATIONS))) == 1


def test_what_one_machine_publishes_the_other_shows(machines):
    for number in range(ROUNDS):
        title = f"Sample title {number}"
        with Readers(machines.two.port) as readers:
            time.sleep(1)
            at = published(machines.one, title, tells=True)
            time.sleep(3)
        late = [words for began, words in readers.reads if began >= at + SEEN_WITHIN]
        early = [words for began, words in readers.reads if began < at - 5]
        assert len(late) > 50
        assert all(title.encode() in words for words in late)
        assert not any(title.encode() in words for words in early)


def test_names_of_static_files_are_the_same_on_both(machines):
    names = [
        {path.name for path in site.folder.glob("var/static/css/*")}
        for site in (machines.one, machines.two)
    ]
    assert names[0] == names[1] != set()
