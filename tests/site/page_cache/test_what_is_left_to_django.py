"""Nobody finds in memory what another brought along: all that could differ is left to Django."""

import pytest

from clinic_site.page_cache.layer import PageCache, page_cache_around
from tests.site.page_cache.asking import RULES, Site, around, ask


@pytest.mark.parametrize(
    "brought",
    [
        {"HTTP_COOKIE": "sessionid=1"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"HTTP_IF_MATCH": '"one"'},
        {"HTTP_IF_UNMODIFIED_SINCE": "Sun, 29 Nov 2026 00:00:00 GMT"},
        {"HTTP_IF_MODIFIED_SINCE": "Sun, 29 Nov 2026 00:00:00 GMT"},
        {"QUERY_STRING": "option=a"},
        {"QUERY_STRING": "utm_source=x"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "localhost:4711"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"PATH_INFO": "/caf\xc3\xa9/"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"method": "POST"},
        {"method": "PURGE"},
        {"method": "get"},
    ],
)
def test_it_is_asked_each_time_and_leaves_nothing(monkeypatch, brought):
    site = Site()
    cache = around(site, monkeypatch)
    method = brought.pop("method", "GET")
    path = brought.pop("PATH_INFO", "/")
    for _ in range(2):
        ask(cache, path, method=method, **brought)
    assert len(site.asked) == 2
    assert cache.shelf.used == 0


@pytest.mark.parametrize(
    "said",
    [
        {"Set_Cookie": "a=1"},
        {"Cache_Control": f"{RULES}, no-store"},
        {"Cache_Control": "private, s-maxage=1"},
        {"Cache_Control": "public, max-age=60"},
        {"Cache_Control": None},
        {"Vary": "Accept-Encoding, Cookie"},
        {"Vary": "*"},
        {"Content_Encoding": "gzip"},
        {"Content_Security_Policy": "script-src 'nonce-abc'"},
        {"status": "404 Not Found"},
        {"status": "301 Moved Permanently"},
        {"status": "500 Internal Server Error"},
        {"status": "503 Service Unavailable"},
        {"status": "206 Partial Content"},
    ],
)
def test_an_answer_that_is_not_for_everyone_is_not_kept(monkeypatch, said):
    site = Site(**said)
    cache = around(site, monkeypatch)
    for _ in range(2):
        answer = ask(cache)
        assert answer.status == int(site.status.split()[0])
        assert answer.body == site.body
    assert len(site.asked) == 2
    assert cache.shelf.used == 0


def test_each_scheme_host_and_path_has_a_page_of_its_own(monkeypatch):
    site = Site()
    cache = around(site, monkeypatch)
    for host in ("localhost", "127.0.0.1", "LOCALHOST", "localhost:8000"):
        for scheme in ("http", "https"):
            for path in ("/", "/team/"):
                ask(cache, path, HTTP_HOST=host, **{"wsgi.url_scheme": scheme})
    assert len(site.asked) == 3 * 2 * 2  # capitals name the same host


def test_what_a_stranger_says_of_forwarding_is_no_part_of_it(monkeypatch):
    site = Site()
    cache = around(site, monkeypatch)
    said = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    ask(cache, **said, HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert ask(cache).body == site.body
    assert len(site.asked) == 1


def test_patterns_of_hosts_keep_nothing_as_they_have_no_end(monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["*", ".clinic.example"]
    cache = around(Site(), monkeypatch)
    ask(cache, HTTP_HOST="a.clinic.example")
    assert cache.shelf.used == 0
    ask(cache, HTTP_HOST="localhost:8000")  # of SITE_URL
    assert cache.shelf.used > 0


def test_it_is_switched_off_by_a_setting_and_while_developing(settings):
    site = Site()
    settings.DEBUG, settings.PAGE_CACHE_BYTES = False, 1000
    assert isinstance(page_cache_around(site), PageCache)
    settings.PAGE_CACHE_BYTES = 0
    assert page_cache_around(site) is site
    settings.DEBUG, settings.PAGE_CACHE_BYTES = True, 1000
    assert page_cache_around(site) is site
