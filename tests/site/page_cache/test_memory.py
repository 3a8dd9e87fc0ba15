"""The shelf never holds more than it may; what nobody asked for longest goes first."""

import os

from tests.site.page_cache.asking import Site, around, ask

PAGE = 1000


def page_of(size):
    return Site(body=os.urandom(size), Content_Type="application/pdf")  # packs no smaller


def test_the_bytes_are_bounded_and_counted(monkeypatch):
    cache = around(page_of(PAGE), monkeypatch, limit=10 * PAGE)
    for number in range(100):
        ask(cache, f"/{number}/")
        assert cache.shelf.used == min(number + 1, 10) * PAGE


def test_what_was_read_lately_stays(monkeypatch):
    site = page_of(PAGE)
    cache = around(site, monkeypatch, limit=10 * PAGE)
    for number in range(50):
        ask(cache, "/")
        ask(cache, f"/{number}/")
    assert [environ["PATH_INFO"] for environ in site.asked].count("/") == 1


def test_one_large_page_does_not_drive_out_all_others(monkeypatch):
    cache = around(page_of(2 * PAGE), monkeypatch, limit=10 * PAGE)
    ask(cache)
    assert cache.shelf.used == 0


def test_packed_forms_count_too(monkeypatch):
    site = Site()
    cache = around(site, monkeypatch)
    for _ in range(2):
        ask(cache, HTTP_ACCEPT_ENCODING="br")
    page = cache.shelf.get(("http", "localhost", "/"))
    packed = [len(page.ready[name].body) for name in ("br", "gzip")]
    assert cache.shelf.used == len(site.body) + sum(packed)
