"""A server in a folder that runs releases with gunicorn behind a socket that stays open.

Real: bash, releases, databases, gunicorn, the mail process, `LISTEN_FDS` and `NOTIFY_SOCKET`. Not
systemd itself: a small `systemctl` hands what it is told to this process, which starts and stops.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

from tests.running_site import (
    GUNICORN_CONFIG,
    ROOT,
    SQLITE,
    drop_database,
    free_port,
    make_database,
)
from tests.upgrades.loading import HERE as STORED
from tests.upgrades.make import SAMPLE_DATA_KEY, SAMPLE_SECRET_KEY

SYSTEMCTL = f"""#!{sys.executable}
import socket, sys
door = socket.socket(socket.AF_UNIX)
door.connect({{path!r}})
door.sendall(" ".join(sys.argv[1:]).encode())
door.shutdown(socket.SHUT_WR)
sys.exit(int(door.recv(10) or b"1"))
"""
WITHOUT_COMPRESSING = """import os, sys
from django.core.management import execute_from_command_line
from whitenoise.compress import Compressor
sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
Compressor.compress = lambda *_: []
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
COMMANDS = {
    "clinic-web.service": ["gunicorn", "clinic_site.wsgi", "--config", GUNICORN_CONFIG],
    "clinic-mail.service": ["python", "manage.py", "deliver_mail"],
}


class OwnServer:
    """One site on a server of its own, with the stored data of a release."""

    def __init__(self, folder: Path, code: Path) -> None:
        self.folder, self.root = folder, folder / "server"
        self.opt, self.log = self.root / "opt/clinic", folder / "site.log"
        for name in ("opt/clinic/releases", "etc/clinic", "var/backups/clinic", "bin"):
            (self.root / name).mkdir(parents=True)
        self.door = socket.create_server(("127.0.0.1", free_port()), backlog=512)
        self.port = self.door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = make_database(folder)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.write_settings()
        self.install(code)
        self.listen_for_systemctl()

    def write_settings(self) -> None:
        var = self.root / "var/lib/clinic"
        values = {
            "SECRET_KEY": SAMPLE_SECRET_KEY,
            "CLINIC_DATA_KEYS": SAMPLE_DATA_KEY,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": self.url,
            "PORT": self.port,
            "VAR_DIR": var,
            "DATABASE_URL": self.database_url,
            "BACKUP_DIR": self.root / "var/backups/clinic",
            "TRUSTED_PROXIES": "127.0.0.1",
            "WEB_CONCURRENCY": 2,
        }
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        (self.root / "etc/clinic/clinic.env").write_text(lines)
        var.mkdir(parents=True)

    def install(self, code: Path) -> None:
        release = self.opt / "releases/installed"
        shutil.copytree(code, release, symlinks=True)
        (release / ".venv").symlink_to(Path(sys.executable).parents[1])
        (self.opt / "current").symlink_to(release)

    def store(self, version: str) -> None:
        """The database and the letters of a release, with what happened at its sample clinic."""
        import gzip

        import psycopg2

        kind = "postgresql" if self.database_url.startswith("postgres") else "sqlite"
        stored = STORED / version / kind
        shutil.copytree(stored / "private", self.root / "var/lib/clinic/private")
        if kind == "sqlite":
            data = gzip.decompress((stored / "clinic.sqlite3.gz").read_bytes())
            Path(self.database_url.removeprefix(SQLITE)).write_bytes(data)
            return
        with psycopg2.connect(self.database_url) as connection:
            sql = gzip.decompress((stored / "clinic.sql.gz").read_bytes()).decode()
            connection.cursor().execute(sql)

    # --- What systemd does -----------------------------------------------------------------
    def listen_for_systemctl(self) -> None:
        path = self.folder / "systemctl.socket"
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen()
        program = self.root / "bin/systemctl"
        program.write_text(SYSTEMCTL.format(path=str(path)))
        program.chmod(0o755)

        def serve() -> None:
            while True:
                told, _ = server.accept()
                words = told.makefile().read().split()
                told.sendall(b"0" if self.systemctl(*words) else b"1")
                told.close()

        threading.Thread(target=serve, daemon=True).start()

    def systemctl(self, *words: str) -> bool:
        verb, *units = [word for word in words if not word.startswith("--")]
        for unit in units:
            if verb in {"stop", "restart"}:
                self.stop(unit)
            if verb in {"start", "restart"} and not self.start(unit):
                return False
        return True

    def start(self, unit: str) -> bool:
        """In `current` as the link leads now; ready when gunicorn says so."""
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ready.bind(address := f"\0{self.folder}/ready")
        ready.settimeout(90)
        door = self.door.fileno()
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CLINIC_ENV_FILE": str(self.root / "etc/clinic/clinic.env"),
            "NOTIFY_SOCKET": "@" + address[1:],
            "LISTEN_FDS": "1",
        }
        line = f"exec 3<&{door}; LISTEN_PID=$$ exec {' '.join(COMMANDS[unit])}"
        with self.log.open("ab") as log:
            self.processes[unit] = subprocess.Popen(
                ["/bin/bash", "-c", line],
                cwd=(self.opt / "current").resolve(),
                env=environment,
                pass_fds=(door,),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            return unit != "clinic-web.service" or b"READY=1" in ready.recv(500)
        except TimeoutError:
            return False
        finally:
            ready.close()

    def stop(self, unit: str) -> None:
        process = self.processes.get(unit)
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(45)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)

    # --- What a person does ----------------------------------------------------------------
    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "CLINIC_ROOT": str(self.root),
            "CLINIC_VENV": str(Path(sys.executable).parents[1]),
        }
        command = ["bash", str(ROOT / "deploy" / script), *arguments]
        options = {"capture_output": True, "text": True, "check": False, "timeout": 300}
        return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, **options)

    def manage(self, *arguments: str) -> None:
        """Without the minute in which a new server compresses its static files."""
        environment = {
            "PATH": os.environ["PATH"],
            "CLINIC_ENV_FILE": str(self.root / "etc/clinic/clinic.env"),
        }
        with self.log.open("ab") as log:
            subprocess.run(
                [sys.executable, "-c", WITHOUT_COMPRESSING, *arguments],
                cwd=(self.opt / "current").resolve(),
                env=environment,
                stdout=log,
                stderr=log,
                check=True,
            )

    def references(self) -> set[str]:
        import sqlite3

        import psycopg2

        is_file = self.database_url.startswith("sqlite")
        path = urllib.parse.unquote(self.database_url.removeprefix(SQLITE))
        connection = sqlite3.connect(path) if is_file else psycopg2.connect(self.database_url)
        cursor = connection.cursor()
        cursor.execute("SELECT reference FROM referrals_enquiry")
        found = {str(row[0]) for row in cursor.fetchall()}
        connection.close()
        return found

    def close(self) -> None:
        for unit in list(self.processes):
            self.stop(unit)
        self.door.close()
        drop_database(self.database_url)
