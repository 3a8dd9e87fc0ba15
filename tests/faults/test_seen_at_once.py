"""A publish is read in every process within a second, while many read, and at once where the
site was told of it."""

import http.client
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.faults.conftest import SHORT
from tests.running_site import ROOT, Mailbox, RunningSite

pytestmark = pytest.mark.faults
PROCESSES, READERS = 4, 8
ROUNDS = 1 if SHORT else 5
PAGE = "/guides/fees/"
PUBLISH = """
import time
from django.contrib.auth.models import User
from clinic_site.page_cache.freshness import tell_of_change
from conditions.models import Page
from conditions.publishing.verbs import publish
robin, _ = User.objects.get_or_create(username="robin", is_superuser=True)
page = Page.objects.get(section="guides", slug="fees")
page.title = {title!r}
page.save()
publish(page=page, by=robin)
if {tells}:
    tell_of_change()
print("published", time.time())
"""


class Readers:
    """Read one page over and over, each time by another connection, until they are stopped."""

    def __init__(self, port: int) -> None:
        self.port, self.is_over = port, threading.Event()
        self.reads: list[tuple[float, bytes]] = []  # when each began, and what it read
        self.threads = [threading.Thread(target=self.read) for _ in range(READERS)]

    def __enter__(self) -> "Readers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def read(self) -> None:
        while not self.is_over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            began = time.time()
            connection.request("GET", PAGE)
            self.reads.append((began, connection.getresponse().read()))
            connection.close()


@pytest.fixture
def wide_site(tmp_path: Path, mailbox: Mailbox):
    site = RunningSite(tmp_path, mailbox, WEB_CONCURRENCY=str(PROCESSES))
    site.prepare()
    site.start("web")
    site.wait_until_up()
    yield site
    site.stop()


def published(site: RunningSite, title: str, *, tells: bool) -> float:
    """By another process; when it was committed, and told if it `tells`."""
    script = PUBLISH.format(title=title, tells=tells)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    said = subprocess.run(
        command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=True
    )
    return float(said.stdout.split("published")[1])


def bytes_read_by_each(site: RunningSite) -> list[int]:
    parent = site.processes["web"].pid
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    counts = [Path(f"/proc/{pid}/io").read_text().split()[1] for pid in workers]
    return [int(count) for count in counts]


@pytest.mark.parametrize(("tells", "seconds"), [(False, 1.0), (True, 0.0)])
def test_a_publish_is_read_in_each_of_four_processes(wide_site, tells, seconds):
    for number in range(ROUNDS):
        title = f"Sample title {number}"
        with Readers(wide_site.port) as readers:
            time.sleep(1)
            at = published(wide_site, title, tells=tells)
            before = bytes_read_by_each(wide_site)
            time.sleep(3)
            after = bytes_read_by_each(wide_site)
        late = [words for began, words in readers.reads if began >= at + seconds]
        early = [words for began, words in readers.reads if began < at - 5]
        assert len(late) > PROCESSES * READERS
        assert all(title.encode() in words for words in late)
        assert not any(title.encode() in words for words in early)
        assert len(before) == PROCESSES
        assert all(now > then for then, now in zip(before, after, strict=True))
