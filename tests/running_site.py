"""The site as real processes: gunicorn, the mail process, and an SMTP server to deliver to."""

import asyncio
import atexit
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

GUNICORN_CONFIG = "python:clinic_site.running.gunicorn_config"
MEASURED_BY = {"COVERAGE_PROCESS_CONFIG"}  # set while `make coverage` runs the tests
ROOT = Path(__file__).parent.parent
SQLITE = "sqlite:///"
PATIENCE = 60  # seconds: a busy machine starts a process slowly
PREPARED = Path(tempfile.mkdtemp(prefix="clinic-prepared-"))


def server_url() -> str:
    """The PostgreSQL server to use; empty for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def prepared_site() -> Path:
    """A folder for each database server: one site that was set up, to be copied."""
    return PREPARED / (urlsplit(server_url()).netloc.replace(":", "-") or "sqlite")


def prepared_database() -> str:
    url = server_url()
    return url and urlunsplit(urlsplit(url)._replace(path=f"/prepared_{os.getpid()}"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """Keeps what arrives. `answers` are given first, one per message, instead of accepting;
    `delay` is how long the server thinks after DATA, in seconds; `refused` are addresses it
    does not know; `silent` is how many messages it takes and then says nothing more."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: list[str] = []
        self.delay = 0.0
        self.refused: set[str] = set()
        self.silent = 0
        self.controller: Controller | None = None
        self.host = "127.0.0.1"
        self.port = free_port()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.messages.append(message_from_bytes(envelope.content or b""))
        if self.silent:
            self.silent -= 1
            await asyncio.sleep(60)
        await asyncio.sleep(self.delay)
        return "250 OK"

    def open(self) -> None:
        self.controller = Controller(self, hostname=self.host, port=self.port)
        self.controller.start()

    def close(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    def message_ids(self) -> Counter[str]:
        return Counter(message["Message-ID"] for message in self.messages)


class RunningSite:
    """One site in a folder of its own, with a database of its own."""

    def __init__(
        self, folder: Path, mailbox: Mailbox, *, database_url: str = "", **environment: str
    ) -> None:
        """With a database of its own on the server of DATABASE_URL, unless one is given."""
        self.folder, self.mailbox = folder, mailbox
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url or make_database(folder)
        self.has_own_database = not database_url
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log_path = folder / "site.log"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "VAR_DIR": str(folder / "var"),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DATABASE_URL": self.database_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "EMAIL_TIMEOUT": "4",
            "MAIL_LEASE_SECONDS": "6",
            "MAIL_RETRY_SECONDS": "1",
            "NEWS_WAITS_SECONDS": "0",
            "MAIL_CHORES_SECONDS": "2",
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # as the supervisor says
            **{name: value for name, value in os.environ.items() if name in MEASURED_BY},
            **environment,
        }

    def prepare(self) -> None:
        """Set up a new site as `make run` does; a later one is a copy of the first."""
        prepared = prepared_site()
        if prepared.exists():
            shutil.copytree(prepared, self.folder, dirs_exist_ok=True)
            copy_database(prepared_database(), self.database_url)
        else:
            self.make()
            shutil.copytree(self.folder, prepared)
            copy_database(self.database_url, prepared_database())

    def make(self) -> None:
        self.run(sys.executable, "-m", "clinic_site.running.first_run")
        self.manage("prepare_site")

    def run(self, *command: str) -> None:
        with self.log_path.open("ab") as log:
            subprocess.run(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, check=True
            )

    def manage(self, *arguments: str) -> None:
        self.run(sys.executable, "manage.py", *arguments)

    def start(self, kind: str, *, name: str = "") -> None:
        """Start `web` or `mail` in a session of its own, as the supervisor does."""
        commands = {
            "web": ["gunicorn", "clinic_site.wsgi", "-c", GUNICORN_CONFIG],
            "mail": [sys.executable, "manage.py", "deliver_mail"],
        }
        with self.log_path.open("ab") as log:
            self.processes[name or kind] = subprocess.Popen(
                commands[kind],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """`kill -9` of the whole process group."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_one_web_worker(self) -> None:
        """`kill -9` of one of gunicorn's children, which its parent replaces."""
        parent = self.processes["web"].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)

    def wait_until_up(self, *, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/robots.txt", timeout=10).close()  # noqa: S310
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(self.log_path.read_text()[-3000:])

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        if self.has_own_database:
            drop_database(self.database_url)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The answer of one query, asked past Django."""
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall()

    def forget_visitors(self) -> None:
        """Who comes next is the first from its network in this hour."""
        with closing(self.connect()) as connection:
            connection.cursor().execute("DELETE FROM clinic_site_ratecount")
            connection.commit()

    def connect(self) -> Any:
        if self.database_url.startswith("sqlite"):
            return sqlite3.connect(self.database_url.removeprefix(SQLITE), timeout=20)
        return psycopg2.connect(self.database_url, target_session_attrs="read-write")

    def traces(self) -> bytes:
        """Everything the site wrote outside its mail: logs, and the raw SQLite database."""
        paths = [self.log_path, *self.folder.glob("clinic.sqlite3*")]
        return b"".join(path.read_bytes() for path in paths)


def make_database(folder: Path) -> str:
    """A new database on the server of DATABASE_URL, else a SQLite file."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return f"{SQLITE}{folder / 'clinic.sqlite3'}"
    name = f"running_site_{os.getpid()}_{free_port()}"
    on_server(url, f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    if url.startswith("postgres"):
        name = urlsplit(url).path.lstrip("/")
        on_server(os.environ["DATABASE_URL"], f"DROP DATABASE {name} WITH (FORCE)")


def copy_database(source: str, target: str) -> None:
    """On PostgreSQL; a SQLite file is copied with its folder."""
    if source.startswith("postgres"):
        old, new = (urlsplit(url).path.lstrip("/") for url in (source, target))
        on_server(os.environ["DATABASE_URL"], f"DROP DATABASE IF EXISTS {new}")
        on_server(os.environ["DATABASE_URL"], f"CREATE DATABASE {new} TEMPLATE {old}")
        if target == prepared_database():
            atexit.register(drop_prepared, os.environ["DATABASE_URL"], new)


def drop_prepared(server: str, name: str) -> None:
    with suppress(psycopg2.Error):  # a server of the tests' own may be gone before
        on_server(server, f"DROP DATABASE IF EXISTS {name}")


def on_server(url: str, sql: str) -> None:
    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True
    try:
        connection.cursor().execute(sql)
    finally:
        connection.close()
