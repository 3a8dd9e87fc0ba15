"""The shelf: little, for a while, and empty by itself."""

import time
from unittest import mock

import pytest

from referrals.letters import shelf as module
from referrals.letters.shelf import KEPT_FOR, Shelf


@pytest.fixture
def shelf():
    with mock.patch.object(module, "MOST_TOGETHER", 100):
        yield Shelf()


def later(seconds: float):
    return mock.patch.object(time, "monotonic", return_value=time.monotonic() + seconds)


def test_what_lies_there_is_found(shelf):
    shelf.put(("a",), b"page")
    assert (shelf.get(("a",)), shelf.get(("b",))) == (b"page", None)


def test_the_least_used_goes_first_when_it_is_full(shelf):
    for name in ("a", "b"):
        shelf.put((name,), bytes(40))
    shelf.get(("a",))
    shelf.put(("c",), bytes(40))
    assert [key for (key,) in shelf.kept] == ["a", "c"]
    assert shelf.size == 80


def test_what_would_fill_it_alone_is_not_kept(shelf):
    shelf.put(("a",), bytes(51))
    assert (shelf.get(("a",)), shelf.size) == (None, 0)


def test_nothing_is_given_out_after_its_time(shelf):
    shelf.put(("a",), b"page")
    with later(KEPT_FOR + 1):
        assert shelf.get(("a",)) is None


def test_it_is_emptied_also_when_nobody_asks(shelf):
    shelf.put(("a",), b"page")
    assert shelf.clock.daemon
    with later(KEPT_FOR + 1):
        shelf.strike()
    assert (shelf.kept, shelf.size, shelf.clock) == ({}, 0, None)
