"""Around the real site: every public address gives what Django gives, and so do the refusals."""

import gzip
import re

import brotli
import pytest
from django.db import OperationalError, connection

from clinic_site.page_cache.layer import PageCache
from clinic_site.web.odd_headers import TolerantHandler
from tests.site.page_cache.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_pages")]
BESIDE_PAGES = ["/sitemap.xml", "/my-questions/", "/helpful/thanks/", "/guides/for-gps/sources/"]
LISTS = ["/conditions/", "/treatments/", "/guides/"]
OF_ONE_REQUEST = {"X-Request-ID", "Content-Length"}  # Django makes gzip longer by chance
UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def django():
    return TolerantHandler()


@pytest.fixture
def cache(django):
    return PageCache(django, limit=16_000_000)


@pytest.fixture
def public_addresses(django):
    listed = re.findall(
        r"<loc>http://[^/]+(/[^<]*)</loc>", ask(django, "/sitemap.xml").body.decode()
    )
    assert len(listed) > 30
    return [*listed, *BESIDE_PAGES, *LISTS]


def test_every_public_address_gives_the_same_bytes_and_headers(django, cache, public_addresses):
    for address in public_addresses:
        bare, made, kept = ask(django, address), ask(cache, address), ask(cache, address)
        assert bare.status == made.status == kept.status == 200, address
        assert bare.body == made.body == kept.body, address
        assert facts_of(bare) == facts_of(made) == facts_of(kept), address
        assert cache.shelf.get(("http", "localhost", address)), address


@pytest.mark.parametrize("accepts", ["gzip", "gzip, br"])
@pytest.mark.parametrize("address", ["/", "/sitemap.xml", "/guides/", "/guides/for-gps/"])
def test_packed_ones_are_packed_as_django_does(django, cache, address, accepts):
    bare = ask(django, address, HTTP_ACCEPT_ENCODING=accepts)
    for _ in range(2):
        answer = ask(cache, address, HTTP_ACCEPT_ENCODING=accepts)
        assert unpacked(answer) == unpacked(bare)
        assert facts_of(answer) == facts_of(bare)


def unpacked(answer):
    """Brotli alone leaves out idle space, with and without the layer."""
    return UNPACKED[answer.headers.get("Content-Encoding")](answer.body)


def facts_of(answer):
    return {name: value for name, value in answer.headers.items() if name not in OF_ONE_REQUEST}


def test_no_page_is_kept_that_is_not_public(django, cache):
    for address in ("/contact/", "/refer/", "/search/", "/helpful/", "/recovery/", "/healthz"):
        ask(cache, address)
        assert cache.shelf.used == 0, address
    for address in ("/admin/", "/livez", "/readyz", "/metrics", "/robots.txt", "/brand.css", "/x/"):
        ask(cache, address)
        assert cache.shelf.used == 0, address


def test_a_strange_host_is_refused_and_leaves_nothing(cache):
    for _ in range(2):  # packed well by then
        ask(cache, "/team/")
    used = cache.shelf.used
    assert ask(cache, "/team/", HTTP_HOST="evil.example").status == 400
    assert ask(cache, "/team/", HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="evil").status == 200
    assert b"evil" not in ask(cache, "/team/").body
    assert cache.shelf.used == used


def test_an_https_site_keeps_no_answer_to_plain_http(settings, cache):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    cache.application = TolerantHandler()
    for _ in range(2):
        assert ask(cache, "/team/").status == 301
        safe = ask(cache, "/team/", **{"wsgi.url_scheme": "https"})
        assert (safe.status, safe.headers["Strict-Transport-Security"]) == (200, "max-age=60")


def test_an_unknown_page_is_packed_by_django_and_not_kept(cache):
    for _ in range(2):
        answer = ask(cache, "/conditions/no-such-page/", HTTP_ACCEPT_ENCODING="gzip")
        assert (answer.status, answer.headers["Content-Encoding"]) == (404, "gzip")
    assert cache.shelf.used == 0


def test_a_question_of_the_comparison_is_answered_for_its_reader(cache):
    whole = ask(cache, "/treatments/compare/")
    some = ask(cache, "/treatments/compare/", QUERY_STRING="option=open-fusion")
    assert some.body != whole.body
    assert ask(cache, "/treatments/compare/").body == whole.body


def test_the_number_of_the_request_is_that_of_the_answer(cache):
    answers = [ask(cache, "/team/") for _ in range(3)]
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 3


def test_a_page_that_is_read_again_is_packed_smaller_once_nobody_waits(cache):
    first, again, third = [ask(cache, "/", HTTP_ACCEPT_ENCODING="br") for _ in range(3)]
    assert len(first.body) == len(again.body) > len(third.body)


def test_a_page_that_is_made_anew_and_the_same_is_not_packed_again(cache):
    small = [ask(cache, "/", HTTP_ACCEPT_ENCODING="br") for _ in range(3)][-1]
    cache.freshness.state = cache.freshness.state._replace(version=99)
    assert ask(cache, "/", HTTP_ACCEPT_ENCODING="br").body == small.body


def test_without_its_database_the_site_goes_on_being_read(cache):
    def refuse(*_):
        raise OperationalError("gone")

    page = ask(cache, "/team/").body
    with connection.execute_wrapper(refuse):
        cache.freshness.ask()
        assert cache.freshness.state.is_away
        assert ask(cache, "/team/").body == page
        answer = ask(cache, "/glossary/")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    cache.freshness.ask()
    assert ask(cache, "/glossary/").status == 200
