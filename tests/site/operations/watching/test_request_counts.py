"""Requests of several worker processes are counted together, whoever of them is asked or killed."""

import os
import signal

import pytest

from clinic_site.operations.watching.request_counts import (
    BORDERS,
    KINDS,
    SLOTS,
    STATUS,
    STATUSES,
    SUM,
    Counts,
    free_slot,
    part_of,
)

PAGES = KINDS.index(("pages", "GET"))


def in_a_worker(counts, slot, *, requests, is_killed=False):
    """A child process that counts, as gunicorn's workers do; waits until it ended."""
    child = os.fork()
    if child == 0:
        counts.slot = slot
        for _ in range(requests):
            counts.add(method="GET", path="/", status=200, seconds=0.07)
        if is_killed:
            counts.lock.acquire()
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    os.waitpid(child, 0)


def test_processes_are_added_up():
    counts = Counts()
    for slot in (0, 1, 2):
        in_a_worker(counts, slot, requests=100)
    total = counts.total(PAGES)
    assert total[BORDERS.index(0.1)] == 300
    assert total[SUM] == pytest.approx(21)
    assert total[STATUS + STATUSES.index("200")] == 300


def test_a_worker_that_was_killed_takes_nothing_with_it_and_holds_up_nobody():
    counts = Counts()
    in_a_worker(counts, 0, requests=10, is_killed=True)
    in_a_worker(counts, 0, requests=5)
    assert sum(counts.total(PAGES)[:SUM]) == 15


def test_a_process_that_serves_nobody_counts_nothing():
    counts = Counts()
    counts.add(method="GET", path="/", status=200, seconds=1)
    assert not any(counts.total(PAGES))


@pytest.mark.parametrize(
    ("seconds", "place"), [(0, 0), (0.025, 0), (0.026, 1), (30, 9), (31, 10), (9999, 10)]
)
def test_each_time_has_its_border(seconds, place):
    counts = Counts()
    counts.slot = 0
    counts.add(method="GET", path="/", status=200, seconds=seconds)
    assert counts.total(PAGES)[place] == 1


def test_what_nobody_foresaw_is_counted_as_other():
    counts = Counts()
    counts.slot = SLOTS - 1
    counts.add(method="BREW", path="/", status=299, seconds=0)
    total = counts.total(KINDS.index(("pages", "other")))
    assert total[STATUS + STATUSES.index("other")] == 1


@pytest.mark.parametrize(
    ("path", "part"),
    [("/", "pages"), ("/admin/x/", "staff"), ("/static/a.css", "files"), ("/readyz", "probes")],
)
def test_a_path_is_known_by_its_part_alone(path, part):
    assert part_of(path) == part


def test_a_new_worker_takes_the_first_slot_that_no_living_one_has():
    assert free_slot([]) == 0
    assert free_slot([0, 2, None]) == 1
    assert free_slot(range(SLOTS)) is None
