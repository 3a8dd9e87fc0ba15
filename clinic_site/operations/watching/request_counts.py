"""How many requests, how long they took, what became of them: of all worker processes together.

One piece of memory that gunicorn maps before it makes its workers. Each worker writes into a slot
of its own, so none waits for another and none that is killed leaves a lock behind; whoever is asked
adds all slots up. A worker that follows a dead one goes on in its slot. Nothing lies on the disk,
and with gunicorn the numbers begin anew, as counters may.

Django is not needed to count.
"""

import mmap
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from clinic_site.operations.watching.numbers import Number
from clinic_site.running.watching_settings import PROBES

SLOTS = 64  # two for each worker of a wide site: a reload has the old and the new at once
BORDERS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
PARTS = ("pages", "staff", "files", "probes")
METHODS = ("GET", "HEAD", "POST", "other")
STATUSES = (
    *("200", "204", "206", "301", "302", "303", "304"),
    *("400", "401", "403", "404", "405", "408", "410", "413", "429"),
    *("500", "502", "503", "other"),
)
KINDS = [(part, method) for part in PARTS for method in METHODS]
# Of each kind: requests by how long they took, all their seconds, requests by status.
SUM, STATUS = len(BORDERS) + 1, len(BORDERS) + 2
OF_A_KIND = STATUS + len(STATUSES)
OF_A_SLOT = OF_A_KIND * len(KINDS)
BEGINNINGS = {"/admin/": "staff", "/static/": "files", "/media/": "files"}


class Counts:
    """Doubles that several processes share, from the moment they are made of one another."""

    def __init__(self) -> None:
        self.memory = memoryview(mmap.mmap(-1, SLOTS * OF_A_SLOT * 8)).cast("d")
        self.lock = threading.Lock()
        self.since = time.time()
        self.slot: int | None = None  # None: this process serves nobody

    def add(self, *, method: str, path: str, status: int, seconds: float) -> None:
        """One request. Costs some microseconds, and never fails."""
        if self.slot is None:
            return
        kind = (part_of(path), method if method in METHODS else "other")
        start = self.slot * OF_A_SLOT + KINDS.index(kind) * OF_A_KIND
        name = str(status) if str(status) in STATUSES else "other"
        with self.lock:
            self.memory[start + bisect_left(BORDERS, seconds)] += 1
            self.memory[start + SUM] += seconds
            self.memory[start + STATUS + STATUSES.index(name)] += 1

    def total(self, kind: int) -> list[float]:
        """What all processes counted of one kind."""
        first = kind * OF_A_KIND
        places = range(first, first + OF_A_KIND)
        return [sum(self.memory[place::OF_A_SLOT]) for place in places]


def part_of(path: str) -> str:
    if path.removeprefix("/") in PROBES:
        return "probes"
    return next((part for start, part in BEGINNINGS.items() if path.startswith(start)), "pages")


def free_slot(taken: Iterable[int | None]) -> int | None:
    """The first that no living worker has; None where there are more workers than slots."""
    others = set(taken)
    return next((slot for slot in range(SLOTS) if slot not in others), None)


counts = Counts()


def requests() -> Iterator[Number]:
    """Kinds that nobody asked for yet are left out, and all where this is no web process."""
    found = [(kind, counts.total(place)) for place, kind in enumerate(KINDS)]
    for (part, method), total in found:
        if any(total):
            yield from times((("part", part), ("method", method)), total)
    for (part, method), total in found:
        for status, count in zip(STATUSES, total[STATUS:], strict=True):
            if count:
                labels = (("part", part), ("method", method), ("status", status))
                yield Number(
                    "clinic_http_requests_total", count, "Requests by status.", labels, "counter"
                )


def times(labels: tuple[tuple[str, str], ...], total: list[float]) -> Iterator[Number]:
    family = "clinic_http_request_seconds"

    def line(end: str, value: float, more: tuple[tuple[str, str], ...] = ()) -> Number:
        meaning = "How long requests took, in seconds."
        return Number(f"{family}_{end}", value, meaning, labels + more, "histogram", family)

    upto = list(accumulate(total[:SUM]))
    for border, count in zip([*map(str, BORDERS), "+Inf"], upto, strict=True):
        yield line("bucket", count, (("le", border),))
    yield line("sum", total[SUM])
    yield line("count", upto[-1])
