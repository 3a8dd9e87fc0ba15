"""Runs a module on a stranger's file, in a process of its own with bounds on all it may take.

`run("referrals.inspecting.child", "application/pdf", data=…, …)` is what callers use. The child
knows neither Django nor the keys: its environment is empty, it may write no file, and its session
ends with it. `python -m referrals.inspecting.bounded <cpu seconds> <bytes> <module> …` is the child
itself, which takes its limits before it loads anything that reads the file.
"""

import os
import resource
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

PROJECT = Path(__file__).resolve().parents[2]
PLACES = 2  # children of one process at a time; each may take what its caller allows
LARGEST_ANSWER = 64 * 1024 * 1024
POLITENESS = 10  # pages are read while a child works
# One arena: the C library else reserves 64 MB for each thread, which counts as memory.
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "1"}

_places = threading.BoundedSemaphore(PLACES)


class Busy(RuntimeError):
    """No place was free, or the machine could start no process: ask again later."""


class TookTooLong(RuntimeError):
    """The child used up its time, by the clock or on the processor."""


class ClockRanOut(TookTooLong):
    """By the clock alone, with processor time left: the machine had no time for it."""


class Failed(RuntimeError):
    """The child ended by itself without an answer; `code` as in `subprocess`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ended with {code}")
        self.code = code


def run(
    module: str,
    *args: str,
    data: bytes,
    cpu_seconds: int,
    wall_seconds: float,
    memory: int,
    wait: float = 0,
    politeness: int = POLITENESS,
) -> bytes:
    """What `python -m module args` writes when it reads `data`; `memory` in bytes of addresses.

    `politeness` is how far it stands back behind pages that are read (0: not at all).
    Waits up to `wait` seconds for a place. Raises Busy, TookTooLong or Failed; an answer of
    more than LARGEST_ANSWER bytes is a failure too.
    """
    command = [sys.executable, "-B", "-m", "referrals.inspecting.bounded"]
    command += [str(number) for number in (cpu_seconds, memory, politeness)]
    with place(wait), started([*command, module, *args]) as child:
        deadline = time.monotonic() + wall_seconds
        clock = threading.Timer(wall_seconds, end, [child])
        clock.daemon = True
        clock.start()
        try:
            answer = talk(child, data)
            code = child.wait()
        finally:
            clock.cancel()
    if code == -signal.SIGXCPU:
        raise TookTooLong
    if code == -signal.SIGKILL and time.monotonic() >= deadline:
        raise ClockRanOut
    if code or answer is None:
        raise Failed(code)
    return answer


@contextmanager
def place(wait: float) -> Iterator[None]:
    if not _places.acquire(timeout=wait):
        raise Busy
    try:
        yield
    finally:
        _places.release()


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The running child. Whatever happens, nothing of its session is left afterwards."""
    try:
        child = subprocess.Popen(  # noqa: S603
            command,
            cwd=PROJECT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a reader's complaint may quote the letter
            start_new_session=True,
        )
    except OSError as error:
        raise Busy from error
    try:
        yield child
    finally:
        end(child)
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        child.wait()


def end(child: subprocess.Popen[bytes]) -> None:
    """End the child with all that it started; harmless when it has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def talk(child: subprocess.Popen[bytes], data: bytes) -> bytes | None:
    """Feed the child and read its answer at the same time; None where that is too long."""
    given, said = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    feeder = threading.Thread(target=feed, args=[given, data], daemon=True)
    feeder.start()
    answer = said.read(LARGEST_ANSWER + 1)
    if len(answer) > LARGEST_ANSWER:
        end(child)
    feeder.join()
    return answer if len(answer) <= LARGEST_ANSWER else None


def feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(OSError):  # it may end before it has read all
        pipe.write(data)
        pipe.close()


def bound(*, cpu_seconds: int, memory: int, politeness: int = POLITENESS) -> None:
    """From here on this process ends itself when it takes too much."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The first limit ends it by SIGXCPU, which tells more than the SIGKILL of the second.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    os.nice(politeness)


def main() -> None:
    cpu_seconds, memory, politeness, module, *args = sys.argv[1:]
    bound(cpu_seconds=int(cpu_seconds), memory=int(memory), politeness=int(politeness))
    sys.argv = [module, *args]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
