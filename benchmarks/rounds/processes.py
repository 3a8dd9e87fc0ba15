"""What a tree of processes costs: the core it runs on, processor seconds, memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVING, ASKING = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))  # two cores


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started in here stays on one core, as `taskset -c` would have it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def processor_seconds(processes: list[int]) -> float:
    """Time on a core of all threads that live, in seconds: the kernel counts nanoseconds."""
    total = 0
    for process in {one for top in processes for one in tree(top)}:
        with suppress(OSError):
            for task in Path(f"/proc/{process}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory_megabytes(processes: list[int]) -> float:
    """PSS: what several processes share is counted once, in parts."""
    total = 0
    for process in {one for top in processes for one in tree(top)}:
        with suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
