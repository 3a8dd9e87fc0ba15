"""A child that reads a stranger's file takes what it was given, and not more."""

import os
import threading
import time
from pathlib import Path

import pytest

from referrals.inspecting import bounded
from referrals.inspecting.bounded import Busy, Failed, TookTooLong, run

BOUNDS = {"data": b"", "cpu_seconds": 5, "wall_seconds": 20, "memory": 200 * 1024 * 1024}


def python(code, **changes):
    """Run a line of Python as the child does a module: `timeit` runs what it is given, once."""
    return run("timeit", "-n1", "-r1", code, **{**BOUNDS, **changes})


def test_a_child_reads_and_answers():
    code = "import sys; print(len(sys.stdin.buffer.read()))"
    assert python(code, data=b"a" * 3_000_000).startswith(b"3000000")


def test_an_endless_child_is_ended_by_its_processor_time():
    with pytest.raises(TookTooLong):
        python("while True: pass", cpu_seconds=1)


def test_a_sleeping_child_is_ended_by_the_clock_with_all_it_started(tmp_path):
    started = time.monotonic()
    with pytest.raises(TookTooLong):
        python("import os; os.system('sleep 77.125')", wall_seconds=1)
    assert time.monotonic() - started < 60  # less than it wanted to sleep, on any machine
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(b"77.125" in command for command in commands)


@pytest.mark.parametrize("greed", ["bytearray(400 * 1024 * 1024)", "import os; os._exit(3)"])
def test_a_child_that_fails_is_told_apart(greed):
    with pytest.raises(Failed):
        python(greed)


def test_a_child_cannot_write_a_file(tmp_path):
    target = tmp_path / "letter"
    python(f"open({str(target)!r}, 'w').write('x' * 99)")
    assert not target.exists() or target.stat().st_size == 0


def test_a_child_knows_neither_the_keys_nor_django():
    assert os.environ["CLINIC_DATA_KEYS"]
    said = python("import os, sys; print(*sorted(os.environ), 'django' in sys.modules)")
    ours = said.split(b"\n")[0].replace(b"LC_CTYPE ", b"")  # Python itself may set it
    assert ours == b"MALLOC_ARENA_MAX PATH False"


def test_an_endless_answer_is_a_failure(monkeypatch):
    monkeypatch.setattr(bounded, "LARGEST_ANSWER", 1000)
    with pytest.raises(Failed):
        python("while True: print('a' * 100)")


def is_busy():
    try:
        python("pass")
    except Busy:
        return True
    return False


def test_two_children_at_a_time_and_the_third_is_told(tmp_path):
    may_go = tmp_path / "may go"
    code = f"import os, time\nwhile not os.path.exists({str(may_go)!r}): time.sleep(0.05)"
    slow = [
        threading.Thread(target=python, args=[code], kwargs={"wall_seconds": 120}) for _ in "12"
    ]
    for thread in slow:
        thread.start()
    deadline = time.monotonic() + 60
    while not is_busy():
        assert time.monotonic() < deadline
    may_go.touch()
    assert python("pass", wait=60)
    for thread in slow:
        thread.join()
    assert not is_busy()


def test_a_machine_without_room_for_a_process_is_busy(monkeypatch):
    monkeypatch.setattr(bounded.sys, "executable", "/nonexistent")
    with pytest.raises(Busy):
        python("pass")
    monkeypatch.undo()
    assert python("pass")  # its place was given back


def test_children_are_polite():
    assert b"10" in python("import os; print(os.nice(0))") or os.nice(0) > 0
