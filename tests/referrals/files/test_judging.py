"""A file gets its state from a child with bounds; where that cannot be, it waits."""

import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest
from django.utils import timezone

from referrals.files import clamd, judging, uploads
from referrals.files.judging import Patience, in_a_request, in_the_mail_process, judge
from referrals.inspecting import bounded
from referrals.inspecting.sniffing import DOCX, PDF
from tests.makers import form_key
from tests.sample_files import docx, locked_pdf, pdf, rtf

REAL_INSPECT = judging.inspect
CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
SAMPLE_SIGN = b"only-the-sample-signature-knows-this"


@pytest.fixture
def _real_children(_inspect_in_this_process, monkeypatch):
    monkeypatch.setattr(judging, "inspect", REAL_INSPECT)


def fails_with(monkeypatch, error):
    def inspect(*args, **kwargs):
        raise error

    monkeypatch.setattr(judging, "inspect", inspect)


@pytest.mark.usefixtures("_real_children")
@pytest.mark.parametrize(
    ("kind", "data", "verdict"),
    [
        (PDF, pdf(), ("clean", [])),
        (PDF, pdf("<</S/JavaScript/JS(a)>>"), ("copy", ["javascript"])),
        (PDF, locked_pdf(user="sample"), ("quarantined", ["needs_password"])),
        (DOCX, docx(word__vbaProject_bin="x"), ("quarantined", ["macros"])),
    ],
)
def test_a_child_finds_what_a_file_holds(kind, data, verdict):
    patience = Patience(cpu_seconds=10, seconds=30, together=30, wait=30)
    assert judge(kind, data, patience=patience) == verdict


@pytest.mark.parametrize("error", [bounded.Busy(), bounded.TookTooLong(), bounded.Failed(1)])
def test_a_file_waits_where_a_request_cannot_judge_it(error, monkeypatch):
    fails_with(monkeypatch, error)
    assert judge(PDF, pdf(), patience=in_a_request()) == ("waiting", [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (bounded.Busy(), "waiting"),
        (bounded.TookTooLong(), "quarantined"),
        (bounded.Failed(1), "quarantined"),
    ],
)
def test_on_the_last_try_what_breaks_its_inspection_is_set_aside(error, state, monkeypatch):
    fails_with(monkeypatch, error)
    verdict = judge(PDF, pdf(), patience=in_the_mail_process(), is_last_try=True)
    assert verdict.state == state


def test_a_request_gives_all_its_files_four_seconds_together(monkeypatch):
    monkeypatch.setattr(judging, "inspect", REAL_INSPECT)
    monkeypatch.setattr(bounded, "run", lambda *args, **bounds: pytest.fail("no time was left"))
    patience = in_a_request()
    assert patience.cpu_seconds == 2
    assert patience.until <= time.monotonic() + 4
    patience.until = time.monotonic()
    assert judge(PDF, pdf(), patience=patience) == ("waiting", [])


@pytest.mark.usefixtures("_real_children")
@pytest.mark.parametrize("answer", [b"[", b"[]", b'{"codes": 1}', b""])
def test_a_child_that_says_nonsense_has_failed(answer, monkeypatch):
    monkeypatch.setattr(bounded, "run", lambda *args, **bounds: answer)
    assert judge(PDF, pdf(), patience=in_a_request()).state == "waiting"


class FakeScanner:
    """Speaks as clamd does, and knows one sign. `answer` is what it says to everything else."""

    def __init__(self, path, answer=b"stream: OK"):
        self.answer = answer
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.sendall(self.reply(connection.makefile("rb")) + b"\0")

    def reply(self, stream):
        if stream.read(6) == b"zPING\0":
            return b"PONG"
        stream.read(4)
        data = b""
        while size := struct.unpack(">I", stream.read(4))[0]:
            data += stream.read(size)
        return b"stream: Sample.Sign FOUND" if SAMPLE_SIGN in data else self.answer


@pytest.fixture
def scanner(tmp_path, settings):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    scanner = FakeScanner(settings.CLAMD_SOCKET)
    yield scanner
    scanner.socket.close()


def test_what_the_scanner_knows_is_set_aside(scanner):
    data = pdf(text=SAMPLE_SIGN.decode())
    assert judge(PDF, data, patience=in_a_request()) == ("quarantined", ["virus"])
    assert judge(PDF, pdf(), patience=in_a_request()) == ("clean", [])


def test_a_file_of_ten_megabytes_is_scanned_to_its_end(scanner):
    data = bytes(10 * 1024 * 1024 - 100) + SAMPLE_SIGN
    assert clamd.is_infected(data, seconds=20)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"what?"])
def test_a_scanner_that_does_not_say_ok_is_no_scanner(scanner, answer):
    scanner.answer = answer
    assert judge(PDF, pdf(), patience=in_a_request()) == ("waiting", [])


@pytest.mark.django_db
def test_a_file_is_kept_and_waits_while_the_scanner_is_away(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    file = uploads.hold(
        name="a.pdf", data=pdf(), form_key=form_key(), position=1, at=timezone.now()
    )
    assert file.state == "waiting"
    assert uploads.read_sent_file(file) == pdf()


def test_a_password_is_told_even_while_the_scanner_is_away(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    verdict = judge(PDF, locked_pdf(user="sample"), patience=in_a_request())
    assert verdict == ("quarantined", ["needs_password"])


@pytest.fixture
def debians_scanner(settings):
    """The real clamd with one signature that nobody else has."""
    if CLAMD is None:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("clamd is missing")
        pytest.skip("needs clamd: apt install clamav-daemon")
    folder = Path(f"/tmp/clinic-clamd-{os.getpid()}")  # noqa: S108 - a socket's path is short
    folder.mkdir(mode=0o700)
    (folder / "sample.ndb").write_text(f"Sample.Sign:0:*:{SAMPLE_SIGN.hex()}\n")
    settings.CLAMD_SOCKET = str(folder / "socket")
    lines = [
        "Foreground yes",
        f"LocalSocket {settings.CLAMD_SOCKET}",
        f"DatabaseDirectory {folder}",
    ]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen([CLAMD, "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not clamd.is_there() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield process
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


def test_debians_own_scanner_is_understood(debians_scanner):
    data = rtf(SAMPLE_SIGN.decode())
    assert clamd.is_infected(data, seconds=20)
    assert not clamd.is_infected(rtf(), seconds=20)
