"""Runs the lines of a Procfile side by side: `python -m clinic_site.running.supervisor Procfile`.

Each process gets a session of its own, so that Ctrl-C reaches this supervisor alone. It then
asks every process to end with SIGTERM and waits, and a request in flight finishes. A process
that dies on its own is started again; one that cannot even start ends the whole.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from clinic_site.logs.lines import line_of, time_of
from clinic_site.running import environment

GRACE_SECONDS = 40
TOO_SHORT_SECONDS = 3


class Supervisor:
    def __init__(self, commands: dict[str, str]) -> None:
        self.commands = commands
        self.running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
        self.stopping = False

    def start(self, name: str) -> None:
        command = ["/bin/sh", "-c", f"exec {self.commands[name]}"]
        # glibc keeps what threads gave back, in up to eight places a core, unless told otherwise.
        usual = {"MALLOC_ARENA_MAX": "2", **os.environ}
        process = subprocess.Popen(command, start_new_session=True, env=usual)  # noqa: S603
        self.running[name] = (process, time.monotonic())

    def stop(self, *_: object) -> None:
        self.stopping = True

    def run(self) -> int:
        """Keep everything running until a signal comes. Returns the exit code."""
        for name in self.commands:
            self.start(name)
        while not self.stopping:
            failed = self.restart_what_died()
            if failed:
                self.end_all()
                return failed
            time.sleep(0.2)
        self.end_all()
        return 0

    def restart_what_died(self) -> int:
        """Start again whatever ended; the exit code of one that ended right after its start."""
        for name, (process, started) in list(self.running.items()):
            code = process.poll()
            if code is None:
                continue
            if time.monotonic() - started < TOO_SHORT_SECONDS:
                say(f"{name} could not start (exit code {code}).")
                return code or 1
            say(f"{name} ended with {code}; starting it again.")
            self.start(name)
        return 0

    def end_all(self) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        for process, _ in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process, _ in self.running.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


def say(words: str) -> None:
    """In words to a person at a terminal; in a log as all other lines are."""
    if sys.stderr.isatty():
        print(words, file=sys.stderr)
        return
    facts = {"at": time_of(time.time()), "level": "WARNING", "logger": __name__, "message": words}
    print(line_of(facts), file=sys.stderr)


def read_procfile(path: Path) -> dict[str, str]:
    """The commands of a Procfile by name: lines of `name: command`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and line[0] != "#")
    return {name.strip(): command.strip() for name, _, command in pairs}


if __name__ == "__main__":
    try:
        environment.load()  # each process reads it too: better one sentence now than two later
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))
    supervisor = Supervisor(read_procfile(Path(sys.argv[1])))
    signal.signal(signal.SIGINT, supervisor.stop)
    signal.signal(signal.SIGTERM, supervisor.stop)
    sys.exit(supervisor.run())
