"""A new release comes while people read and write: nobody sees an error, nothing is lost."""

import re
import shutil
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.conftest import SHORT, Report
from tests.faults.own_server import OwnServer
from tests.faults.senders import HIDDEN, RECEIPT, Sender
from tests.makers import message_post
from tests.running_site import ROOT

pytestmark = pytest.mark.faults
RELEASED = "8c90da9"  # the code of 0.2.0
READERS, WRITERS = (2, 2) if SHORT else (4, 6)
STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
PATIENCE = 240  # seconds: a busy machine migrates slowly; nginx waits for 75


@dataclass
class Load:
    """People on the site, each on a thread: what they were told, and how long they waited."""

    server: OwnServer
    receipts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Load":
        work = [self.read] * READERS + [self.write] * WRITERS
        self.threads = [
            threading.Thread(target=each, args=(number,)) for number, each in enumerate(work)
        ]
        for thread in self.threads:
            thread.start()
        time.sleep(5)  # forms stand open when it begins
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(5)
        self.over.set()
        for thread in self.threads:
            thread.join()

    def read(self, number: int) -> None:
        visitor = Visitor(self, 100 + number)
        while not self.over.is_set():
            for path in ("/", "/admin/account/login/"):
                for address in STATIC.findall(visitor.ask(path)):
                    visitor.ask(address)
            time.sleep(0.1)

    def write(self, number: int) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            visitor = Visitor(self, 1000 * (number + 1) + turn)
            page = visitor.ask("/contact/")
            time.sleep(3.2)
            fields = {**message_post(), **dict(HIDDEN.findall(page))}
            answer = visitor.ask("/contact/", fields)
            if found := RECEIPT.search(answer):
                self.receipts.append(found[1])
            else:
                self.failures.append(f"no receipt: {answer[:300]}")


class Visitor(Sender):
    """Asks once, as a person does who gives up on an error."""

    def __init__(self, load: Load, number: int) -> None:
        super().__init__(load.server.url, number)
        self.load = load

    def ask(self, path: str, fields: dict[str, object] | None = None) -> str:
        body = urllib.parse.urlencode(fields, doseq=True).encode() if fields else None
        request = urllib.request.Request(self.url + path, body)  # noqa: S310
        request.add_header("X-Forwarded-For", self.address)
        started = time.monotonic()
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                return response.read().decode(errors="replace")
        except OSError as error:
            self.load.failures.append(f"{path}: {error!r}")
            return ""
        finally:
            self.load.waits.append(time.monotonic() - started)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The code of 0.2.0, as it was released."""
    folder = tmp_path / "0.2.0"
    folder.mkdir()
    packed = subprocess.run(
        ["git", "archive", RELEASED], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        pytest.skip(f"the history of this copy does not reach back to {RELEASED}")
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


def today(folder: Path, version: str | None = None) -> Path:
    """The code of today; as a later release with a look of its own where `version` is given."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if version:
        project = folder / "pyproject.toml"
        project.write_text(
            re.sub('(?m)^version = ".*"', f'version = "{version}"', project.read_text())
        )
        with (folder / "static/css/admin.css").open("a") as sheet:
            sheet.write(f"/* {version} */\n")
    return folder


def ends_well(ended: subprocess.CompletedProcess[str], server: OwnServer) -> None:
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said + server.log.read_text()[-3000:]


def judge(load: Load, report: Report, fault: str, seconds: float) -> None:
    stored = load.server.references()
    print(
        f"\n{fault}: {len(load.waits)} requests, {len(load.failures)} failed, the longest wait"
        f" {max(load.waits):.1f} s, {seconds:.0f} s in all"
    )
    report(
        fault,
        acknowledged=len(load.receipts),
        stored=len(stored & set(load.receipts)),
        interrupted=len(load.failures),
    )
    assert load.failures == [], load.failures[:5]
    assert load.receipts
    assert set(load.receipts) <= stored


def test_from_the_stored_0_2_0_to_today(tmp_path, released, report):
    """Its tables change so that the older code does not fit: visitors wait at the door."""
    server = OwnServer(tmp_path, released)
    try:
        server.store("0.2.0")
        server.manage("collectstatic", "--no-input", "--verbosity=0")
        assert server.systemctl("start", "clinic-web.service", "clinic-mail.service")
        source = today(tmp_path / "today")
        with Load(server) as load:
            started = time.monotonic()
            ended = server.run("upgrade", str(source), "--yes", "--backup-made")
            seconds = time.monotonic() - started
        print(ended.stdout)
        ends_well(ended, server)
        judge(load, report, "0.2.0 to today", seconds)
        assert server.run("back").returncode == 1  # it would not fit
    finally:
        server.close()


@pytest.mark.skipif(SHORT, reason="the long form alone: both ways take a minute more")
def test_to_a_release_that_only_adds_and_back(tmp_path, report):
    """Both work on the same tables: nobody waits but for the restart, there and back."""
    server = OwnServer(tmp_path, today(tmp_path / "today"))
    try:
        server.store("0.2.0")
        server.manage("prepare_site")
        assert server.systemctl("start", "clinic-web.service", "clinic-mail.service")
        has_backup = any(ROOT.glob("clinic_site/*/management/commands/backup.py"))
        source = today(tmp_path / "next", "99.0")
        with Load(server) as load:
            started = time.monotonic()
            there = server.run(
                "upgrade", str(source), "--yes", *[] if has_backup else ["--backup-made"]
            )
            back = server.run("back")
            seconds = time.monotonic() - started
        print(there.stdout, back.stdout)
        ends_well(there, server)
        ends_well(back, server)
        assert (server.opt / "current").resolve().name == "installed"
        judge(load, report, "to a later release and back", seconds)
    finally:
        server.close()
