"""What the layer answers by itself: the same bytes, once made, with a number of each request."""

import gzip

import brotli
import pytest

from clinic_site.logs.access_lines import ADDRESS, REQUEST_ID
from tests.site.page_cache.asking import WORDS, Site, around, ask

WHOLE = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def cache(site, monkeypatch):
    return around(site, monkeypatch)


def test_a_page_is_made_once_and_is_the_same_for_the_next(site, cache):
    first, again = ask(cache), ask(cache)
    assert len(site.asked) == 1
    assert first.body == again.body == WORDS
    first.headers.pop("X-Request-ID"), again.headers.pop("X-Request-ID")
    assert first.headers == again.headers


def test_each_request_has_a_number_of_its_own(cache):
    numbers = {ask(cache).headers["X-Request-ID"] for _ in range(4)}
    assert len(numbers) == 4
    assert "of the first" not in numbers - {"of the first"}


def environ_of(path):
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "192.0.2.1",
    }


def test_the_access_line_of_an_answer_from_memory_knows_who_asked(cache):
    ask(cache)
    environ = environ_of("/")
    cache(environ, lambda *_: None)
    assert environ[ADDRESS] == "192.0.2.1"
    assert len(environ[REQUEST_ID]) == len("482-170-935")


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("", None),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip;q=0, br;q=0.0", None),
        ("deflate, zstd", None),
        ("br; q=0.001", "br"),
    ],
)
def test_it_comes_in_the_best_form_that_the_browser_takes(cache, accepts, coding):
    for _ in range(3):  # packed quickly, the same again, packed well
        answer = ask(cache, HTTP_ACCEPT_ENCODING=accepts)
        assert answer.headers.get("Content-Encoding") == coding
        assert WHOLE[coding](answer.body) == WORDS
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert answer.headers["ETag"] == ('W/"one"' if coding else '"one"')


def test_all_forms_come_of_one_question(site, cache):
    for accepts in ("br", "gzip", ""):
        ask(cache, HTTP_ACCEPT_ENCODING=accepts)
    assert len(site.asked) == 1


@pytest.mark.parametrize("sent", ['"one"', 'W/"one"', '"two", W/"one"', "*"])
def test_who_has_it_gets_no_bytes(site, cache, sent):
    for _ in range(2):
        answer = ask(cache, HTTP_IF_NONE_MATCH=sent, HTTP_ACCEPT_ENCODING="br")
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == 'W/"one"'
        assert not {"Content-Length", "Content-Type", "Content-Encoding"} & {*answer.headers}
    assert "HTTP_IF_NONE_MATCH" not in site.asked[0]


def test_who_has_another_gets_this_one(cache):
    answer = ask(cache, HTTP_IF_NONE_MATCH='"two"')
    assert (answer.status, answer.body) == (200, WORDS)


def test_head_has_the_headers_and_no_body(site, cache):
    for _ in range(2):
        head = ask(cache, method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(WORDS))
    assert site.asked[0]["REQUEST_METHOD"] == "GET"
    assert ask(cache).body == WORDS


def test_a_pdf_is_not_packed_where_that_makes_it_no_smaller(monkeypatch):
    import os

    site = Site(body=os.urandom(1000), Content_Type="application/pdf")
    answer = ask(around(site, monkeypatch), HTTP_ACCEPT_ENCODING="gzip, br")
    assert answer.body == site.body
    assert "Content-Encoding" not in answer.headers
