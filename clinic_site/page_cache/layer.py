"""The layer itself: answers from memory what it may, and asks Django for all else.

Only GET and HEAD without a query, of hosts that are ours by name, and nobody who brings a cookie or
a sign-in. Only what a view declared (`declaring.readable_by_all`) and what says so in its headers.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from clinic_site.logs.access_lines import ADDRESS, PERSON, REQUEST_ID, STAFF, note_request
from clinic_site.page_cache.declaring import AT_MOST, is_readable_by_all
from clinic_site.page_cache.freshness import Freshness, State, tell_of_change, watch_for_all
from clinic_site.page_cache.pages import IDENTITY, Headers, Key, Page, Shelf, taken
from clinic_site.web.compressing import PACKED_OUTSIDE

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

READING = {"GET", "HEAD"}
FOR_DJANGO = {  # who sends one of these gets an answer of her own
    *("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH"),
    *("HTTP_IF_UNMODIFIED_SINCE", "HTTP_TRANSFER_ENCODING", "CONTENT_LENGTH"),
}
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
NOTED = (REQUEST_ID, ADDRESS, PERSON)  # by Django, for the access line
MADE_ANEW_AFTER = 60  # seconds, whatever was asked and told
PATIENCE = 5  # seconds that a thread waits while another makes the same page
TURNS = 256


def page_cache_around(application: Application) -> Application:
    if settings.DEBUG or not settings.PAGE_CACHE_BYTES:
        return application
    cache = PageCache(application, limit=settings.PAGE_CACHE_BYTES)
    watch_for_all(cache.freshness)
    return cache


def our_hosts() -> set[str]:
    """As browsers write them. Patterns in ALLOWED_HOSTS name hosts without end: none is kept."""
    named = {host.lower() for host in settings.ALLOWED_HOSTS if host.strip("*.") == host}
    with_port = {f"{host}:{settings.PORT}" for host in named}
    return {urlsplit(settings.SITE_URL).netloc.lower(), *named, *with_port}


class PageCache:
    def __init__(
        self, application: Application, *, limit: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.application, self.shelf, self.clock = application, Shelf(limit), clock
        self.freshness, self.hosts = Freshness(clock), our_hosts()
        self._turns = [threading.Lock() for _ in range(TURNS)]

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING:
            return self.sent(environ, start_response)
        key = self.key_of(environ)
        page = self.shelf.get(key) if key else None
        if key is None or (page is None and not is_readable_by_all(key[2])):
            return self.application(environ, start_response)
        state = self.freshness.now()
        if page and self.may_be_read(page, state):
            return self.given(key, page, environ, start_response)
        if page is None and state.is_away:
            return self.application(environ, start_response)
        return self.made_in_turn(key, state, environ, start_response)

    def sent(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """What staff sent may have changed what the public reads. Here it is committed."""
        statuses = []

        def noting(status: str, headers: Headers, *error: Any) -> Any:
            statuses.append(status)
            return start_response(status, headers, *error)

        result = self.application(environ, noting)
        if environ.get("PATH_INFO", "").startswith(STAFF) and statuses[-1:] < ["5"]:
            tell_of_change()
        return result

    def key_of(self, environ: Environ) -> Key | None:
        """None for what is left to Django."""
        host, path = environ.get("HTTP_HOST", "").lower(), environ.get("PATH_INFO", "")
        if (
            environ.get("QUERY_STRING")
            or environ.get("SCRIPT_NAME")
            or not FOR_DJANGO.isdisjoint(environ)
            or host not in self.hosts
            or not path.isascii()
            or ("HTTP_IF_MODIFIED_SINCE" in environ and "HTTP_IF_NONE_MATCH" not in environ)
        ):
            return None
        return environ["wsgi.url_scheme"], host, path

    def may_be_read(self, page: Page, state: State) -> bool:
        age = self.clock() - page.made_at
        if state.is_away:
            return age < AT_MOST
        return page.version == state.version and age < MADE_ANEW_AFTER

    def given(self, key: Key, page: Page, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """From memory. A page that is read again is worth packing well, which costs more than
        making it: many a page is made and read once."""
        result = answer(page, environ, start_response)
        if page.was_given_again:
            return result
        page.was_given_again = True
        return Packing(result, self.shelf, key, page)

    def made_in_turn(
        self, key: Key, state: State, environ: Environ, start_response: Any
    ) -> Iterable[bytes]:
        """One thread makes a page. The others read the old one if it is merely old, and wait if it
        says what is not so any more."""
        turn = self._turns[hash(key) % TURNS]
        old = self.shelf.get(key)
        is_merely_old = old is not None and old.version == state.version
        got = turn.acquire(timeout=0 if is_merely_old else PATIENCE)
        try:
            page = self.shelf.get(key)
            if page and ((not got and is_merely_old) or self.may_be_read(page, state)):
                return self.given(key, page, environ, start_response)
            return self.made(key, state, environ, start_response)
        finally:
            if got:
                turn.release()

    def made(
        self, key: Key, state: State, environ: Environ, start_response: Any
    ) -> Iterable[bytes]:
        """By Django, for everybody: whole, not packed, without the conditions of this visitor."""
        status, headers, body = self.asked(environ)
        old = self.shelf.get(key)
        if is_for_everyone(status, headers):
            page = Page(headers, body, version=state.version, made_at=self.clock())
            if old and page.is_same_as(old):
                page.take_forms_of(old)
            result = answer(page, environ, start_response)
            self.shelf.put(key, page)
            return result
        if old and status >= "5" and self.may_be_read(old, self.freshness.ask()):
            return answer(old, environ, start_response)  # the database went away meanwhile
        self.shelf.drop(key)
        start_response(status, headers)
        return [body]

    def asked(self, environ: Environ) -> tuple[str, Headers, bytes]:
        inner = {name: value for name, value in environ.items() if name not in CONDITIONS}
        inner |= {"REQUEST_METHOD": "GET", PACKED_OUTSIDE: True}
        said: list[Any] = []
        result = self.application(inner, lambda *arguments: said.append(arguments))
        try:
            body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        environ.update({name: inner[name] for name in NOTED if name in inner})
        return said[-1][0], said[-1][1], body


class Packing(list[bytes]):
    """The answer to who asked second. A server closes it when all is sent: time to pack well."""

    def __init__(self, answer: Iterable[bytes], shelf: Shelf, key: Key, page: Page) -> None:
        super().__init__(answer)
        self.shelf, self.key, self.page = shelf, key, page

    def close(self) -> None:
        if self.shelf.get(self.key) is self.page:
            self.page.pack_well()
            self.shelf.put(self.key, self.page)


def is_for_everyone(status: str, headers: Headers) -> bool:
    """Whether the layer may keep it: it says so, and holds nothing of one visitor."""
    named: dict[str, str] = {}
    for name, value in headers:
        named[name.lower()] = value
    rules = {rule.strip().partition("=")[0] for rule in named.get("cache-control", "").split(",")}
    varies = {name.strip().lower() for name in named.get("vary", "").split(",")} - {""}
    return (
        status.startswith("200")
        and named.get("content-encoding") == IDENTITY
        and {"public", "s-maxage"} <= rules
        and rules.isdisjoint({"no-store", "private", "no-cache"})
        and "set-cookie" not in named
        and varies <= {"accept-encoding"}
        and "nonce-" not in named.get("content-security-policy", "")
    )


def answer(page: Page, environ: Environ, start_response: Any) -> Iterable[bytes]:
    """As Django would, with a number of this request's own."""
    if REQUEST_ID not in environ:
        note_request(environ)
    own = ("X-Request-ID", environ[REQUEST_ID])
    coded = page.coded(taken(environ.get("HTTP_ACCEPT_ENCODING", "")))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and page.is_known(known):
        start_response("304 Not Modified", [*coded.without_body, own])
        return []
    start_response("200 OK", [*coded.headers, own])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [coded.body]
