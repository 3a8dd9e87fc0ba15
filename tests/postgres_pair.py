"""Two PostgreSQL servers of the tests' own: what the one stores, the other has before it counts."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.running_site import free_port

DEBIAN = Path("/usr/lib/postgresql")
LOCAL = "127.0.0.1"
SETTINGS = """
listen_addresses = '{address}'
unix_socket_directories = ''
"""


def programs() -> Path | None:
    """Where `initdb` and `pg_ctl` lie: the newest ones here."""
    usual = shutil.which("initdb")
    found = [*DEBIAN.glob("*/bin/initdb"), *([Path(usual)] if usual else [])]
    return max(found, key=lambda path: (len(str(path)), str(path))).parent if found else None


class Pair:
    """A primary and its synchronous replica: a commit waits until both have it on disk."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self.folder, self.bin = folder, bin_folder
        self.addresses = {"one": LOCAL, "two": LOCAL}
        self.inside: dict[str, list[str]] = {"one": [], "two": []}  # before each command of theirs
        folder.mkdir(mode=0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self.ports = {"one": free_port(), "two": free_port()}

    @property
    def url(self) -> str:
        servers = ",".join(f"{self.addresses[name]}:{port}" for name, port in self.ports.items())
        return f"postgres://clinic@{servers}/postgres"

    def start(self) -> None:
        one = self.folder / "one"
        self.run(
            "initdb", "-D", one, "-U", "clinic", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.write("one", SETTINGS.format(address=self.addresses["one"]))
        self.let_others_in()
        self.start_one("one")
        host, port = self.addresses["one"], self.ports["one"]
        place = f"host={host} port={port} user=clinic application_name=two"
        copied = ["-D", self.folder / "two", "-R", "-c", "fast", "-d", place]
        self.run("pg_basebackup", *copied, on="two")
        self.write("two", SETTINGS.format(address=self.addresses["two"]))
        self.start_one("two")
        self.write("one", "synchronous_standby_names = 'two'\n")
        self.run("pg_ctl", "-D", one, "reload")

    def let_others_in(self) -> None:
        """Where the two have addresses of their own, others reach them from theirs."""
        if set(self.addresses.values()) != {LOCAL}:
            with (self.folder / "one/pg_hba.conf").open("a") as file:
                file.write("host all all samenet trust\nhost replication all samenet trust\n")

    def write(self, name: str, lines: str) -> None:
        """More settings; the replica was copied before the primary waits for it."""
        with (self.folder / name / "postgresql.conf").open("a") as file:
            file.write(lines)

    def start_one(self, name: str) -> None:
        folder, log = self.folder / name, self.folder / f"{name}.log"
        port = f"-p {self.ports[name]}"
        self.run("pg_ctl", "-D", folder, "-w", "-l", log, "-o", port, "start", on=name)

    def lose_the_primary(self) -> None:
        """As in a crash: nobody is told."""
        self.run("pg_ctl", "-D", self.folder / "one", "-m", "immediate", "stop")

    def promote_the_replica(self) -> None:
        self.run("pg_ctl", "-D", self.folder / "two", "-w", "promote", on="two")

    def stop(self) -> None:
        for name in self.ports:
            subprocess.run(
                self.command("pg_ctl", "-D", self.folder / name, "-m", "immediate", "stop")
            )

    def command(self, program: str, *arguments: object) -> list[str]:
        as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        words = [str(self.bin / program), *map(str, arguments)]
        return [*as_other, *words] if os.geteuid() == 0 else words

    def run(self, program: str, *arguments: object, on: str = "one") -> None:
        log = self.folder.parent / "pair.log"
        with log.open("ab") as told:
            subprocess.run(
                [*self.inside[on], *self.command(program, *arguments)],
                cwd="/",
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                check=True,
            )
