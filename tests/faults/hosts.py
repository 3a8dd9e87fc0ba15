"""Hosts on this machine: each a network namespace with a link to one bridge, as on a switch.

A host that is cut dies as one does whose power is gone: its link is down before its processes are
killed, so that nobody hears a last word from it. People come from a network of their own, each from
her own address. Needs root, and `ip` with `netns`; nothing outside of the namespaces is changed but
one bridge and one route, which go with the hosts.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

# Both are kept free for such trials (RFC 2544), so that no real network is hidden.
NET, PEOPLE = "198.19.0", "198.18.0.0/16"
OUTSIDE = f"{NET}.1"  # this machine itself, on the bridge
PREFIX, BRIDGE = "clinic-", "clinic-bridge"
HERTZ = os.sysconf("SC_CLK_TCK")


def ip(*words: object) -> str:
    done = subprocess.run(["ip", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


def require_hosts() -> None:
    """Skip where this machine cannot have any, and say why."""
    if os.geteuid() != 0:
        pytest.skip("needs root, for network namespaces")
    if not shutil.which("ip"):
        pytest.skip("needs ip: apt install iproute2")
    try:
        ip("netns", "add", f"{PREFIX}probe")
        ip("netns", "del", f"{PREFIX}probe")
    except OSError as error:
        pytest.skip(f"needs network namespaces: {error}")


class Host:
    def __init__(self, name: str, number: int) -> None:
        self.name, self.address = name, f"{NET}.{number}"
        self.space, self.link = f"{PREFIX}{name}", f"cl-{name}"

    @property
    def inside(self) -> list[str]:
        """What stands before a command that runs on this host."""
        return ["ip", "netns", "exec", self.space]

    def make(self) -> None:
        ip("netns", "add", self.space)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("link", "set", self.link, "master", BRIDGE, "up")
        for words in (
            ["addr", "add", f"{self.address}/24", "dev", "eth0"],
            ["link", "set", "eth0", "up"],
            ["link", "set", "lo", "up"],
            ["route", "add", PEOPLE, "via", OUTSIDE],
        ):
            ip("-n", self.space, *words)

    def processes(self) -> list[int]:
        return [int(pid) for pid in ip("netns", "pids", self.space).split()]

    def cut(self) -> None:
        """Its power is gone."""
        ip("link", "set", self.link, "down")
        self.kill_all()

    def kill_all(self) -> None:
        until = time.monotonic() + 20
        while (running := self.processes()) and time.monotonic() < until:
            for pid in running:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def plug_in(self) -> None:
        ip("link", "set", self.link, "up")

    def used(self) -> float:
        """Processor seconds of all its processes, and of their children that have ended."""
        return sum(map(seconds_of, self.processes()))


def seconds_of(pid: int) -> float:
    try:
        behind_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, behind_name[11:15])) / HERTZ  # its own and its children's, user and system


@contextmanager
def hosts(*names: str) -> Iterator[dict[str, Host]]:
    """Hosts with these names. Two runs take turns; what a killed one left is cleared away first."""
    with (Path(tempfile.gettempdir()) / f"{PREFIX}hosts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        clear()
        made = {name: Host(name, number) for number, name in enumerate(names, start=11)}
        try:
            ip("link", "add", BRIDGE, "type", "bridge")
            ip("addr", "add", f"{OUTSIDE}/24", "dev", BRIDGE)
            ip("link", "set", BRIDGE, "up")
            ip("route", "add", "local", PEOPLE, "dev", "lo")  # any address of it may be taken
            for host in made.values():
                host.make()
            yield made
        finally:
            clear()


def clear() -> None:
    """No host of ours is left, nor a process on one."""
    spaces = [line.split()[0] for line in ip("netns", "list").splitlines() if line.strip()]
    for space in spaces:
        if space.startswith(PREFIX):
            host = Host(space.removeprefix(PREFIX), 0)
            host.kill_all()
            with suppress(OSError):  # with its namespace it would go a little later
                ip("link", "del", host.link)
            ip("netns", "del", space)
    with suppress(OSError):
        ip("link", "del", BRIDGE)
    with suppress(OSError):
        ip("route", "del", "local", PEOPLE, "dev", "lo")
