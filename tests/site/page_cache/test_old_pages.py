"""When a page is made anew, by whom, and what is read meanwhile or while the database is away."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clinic_site.page_cache import layer as layers
from clinic_site.page_cache.declaring import AT_MOST
from clinic_site.page_cache.layer import MADE_ANEW_AFTER
from tests.site.page_cache.asking import Site, around, ask


@pytest.fixture
def site():
    return Site(body=b"old words")


@pytest.fixture
def cache(site, monkeypatch):
    cache = around(site, monkeypatch)
    ask(cache)
    site.body = b"new words"
    return cache


def test_what_changed_is_read_at_once(cache):
    assert ask(cache).body == b"old words"
    cache.freshness.changes()
    assert ask(cache).body == b"new words"


def test_a_page_is_made_anew_after_a_minute_whatever_was_told(cache):
    cache.clock.moment += MADE_ANEW_AFTER - 1
    assert ask(cache).body == b"old words"
    cache.clock.moment += 2
    assert ask(cache).body == b"new words"


def test_a_page_that_was_withdrawn_is_gone(cache, site):
    site.status = "410 Gone"
    cache.freshness.changes()
    assert ask(cache).status == 410
    assert cache.shelf.used == 0


def test_without_the_database_what_is_known_is_read_for_a_day(cache, site):
    site.status = "503 Service Unavailable"
    cache.freshness.goes_away()
    cache.clock.moment += AT_MOST - 1
    assert ask(cache).body == b"old words"
    cache.clock.moment += 2
    assert ask(cache).status == 503


def test_without_the_database_an_unknown_page_is_answered_as_ever(cache, site):
    site.status = "503 Service Unavailable"
    cache.freshness.goes_away()
    assert ask(cache, "/team/").status == 503
    assert site.asked[-1]["REQUEST_METHOD"] == "GET"


def test_a_database_that_goes_away_while_a_page_is_made_leaves_the_old_one(cache, site):
    site.status = "503 Service Unavailable"
    cache.freshness.ask = lambda: cache.freshness.goes_away() or cache.freshness.state
    cache.freshness.changes()
    assert ask(cache).body == b"old words"


def test_an_error_with_the_database_there_is_shown(cache, site):
    site.status = "500 Internal Server Error"
    cache.freshness.changes()
    assert ask(cache).status == 500
    assert ask(cache).status == 500


def test_a_stampede_makes_one_page_once(cache, site):
    slow(site)
    cache.freshness.changes()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(cache).body, range(8)))
    assert set(answers) == {b"new words"}
    assert len(site.asked) == 2  # the old one and the new one


def test_who_comes_meanwhile_reads_a_page_that_is_merely_old(cache, site):
    begun = slow(site)
    cache.clock.moment += MADE_ANEW_AFTER + 1
    maker = threading.Thread(target=ask, args=[cache])
    maker.start()
    assert begun.wait(5)
    assert ask(cache).body == b"old words"
    maker.join()
    assert ask(cache).body == b"new words"


def test_who_waited_too_long_makes_it_herself(cache, site, monkeypatch):
    monkeypatch.setattr(layers, "PATIENCE", 0.01)
    begun = slow(site, seconds=0.3)
    cache.freshness.changes()
    maker = threading.Thread(target=ask, args=[cache])
    maker.start()
    assert begun.wait(5)
    assert ask(cache).body == b"new words"
    maker.join()
    assert len(site.asked) == 3


def slow(site, *, seconds=0.2):
    """From now on a page takes time; returns what is set when the first one begins."""
    begun, answers = threading.Event(), site.__class__.__call__

    class Slow(site.__class__):
        def __call__(self, environ, start_response):
            begun.set()
            time.sleep(seconds)
            return answers(self, environ, start_response)

    site.__class__ = Slow
    return begun
