"""A page as it is kept: its headers, its bytes, and the same bytes packed; and the shelf of all."""

import gzip
import re
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

from django.utils.http import parse_etags

from clinic_site.web.compressing import QUALITY, SHORTEST, TAKES_BROTLI, light_brotli

Headers = list[tuple[str, str]]
Key = tuple[str, str, str]  # scheme, host, path

IDENTITY = "identity"
QUICK = 5  # of brotli: five milliseconds for our longest page, and an eighth more bytes
TAKES = {
    "br": TAKES_BROTLI,
    "gzip": re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))"),
}
OF_ONE_ANSWER = {"etag", "content-length", "content-encoding", "x-request-id"}
OF_A_BODY = {"content-type", "content-length", "content-encoding", "content-disposition"}
ONE_OF = 8  # no page takes more than this part of the shelf


class Coded(NamedTuple):
    """One form of a page, ready to be sent."""

    headers: Headers
    without_body: Headers  # of a 304
    body: bytes


class Page:
    """What Django answered at `made_at` (seconds of a steady clock), as `version` says."""

    def __init__(self, headers: Headers, body: bytes, *, version: int, made_at: float) -> None:
        named = {name.lower(): value for name, value in headers}
        self.version, self.made_at, self.body = version, made_at, body
        self.headers = [pair for pair in headers if pair[0].lower() not in OF_ONE_ANSWER]
        self.etag = named.get("etag", "")
        is_html = named.get("content-type", "").startswith("text/html")
        is_long = len(body) >= SHORTEST
        self.codings = ([*TAKES] if is_html else ["gzip"]) if is_long else []
        self.ready: dict[str, Coded] = {}
        self.was_given_again = False  # and is therefore packed well, or just being so

    def take_forms_of(self, other: "Page") -> None:
        self.ready, self.was_given_again = other.ready, other.was_given_again

    def is_same_as(self, other: "Page") -> bool:
        ours, theirs = (self.etag, self.headers), (other.etag, other.headers)
        return ours == theirs and self.body == other.body

    @property
    def size(self) -> int:
        """Bytes, each form once."""
        forms = {id(coded.body): len(coded.body) for coded in [*self.ready.values()]}
        return sum({**forms, id(self.body): len(self.body)}.values())

    def coded(self, taken: tuple[str, ...]) -> Coded:
        """In the best form that a browser takes; packed quickly where it is not ready yet."""
        coding = next((name for name in taken if name in self.codings), IDENTITY)
        return self.ready.get(coding) or self.pack(coding, quality=QUICK)

    def pack_well(self) -> None:
        """All forms, as small as they get: about 60 ms, while nobody waits for it."""
        for coding in self.codings:
            self.pack(coding, quality=QUALITY)

    def pack(self, coding: str, *, quality: int) -> Coded:
        body, own = packed(self.body, coding, quality=quality), []
        if body is not self.body:
            own.append(("Content-Encoding", coding))
        if self.etag:  # the same words in other bytes are weakly the same (RFC 9110, 8.8.1)
            own.append(("ETag", f"W/{strong(self.etag)}" if own else self.etag))
        headers = [*self.headers, *own, ("Content-Length", str(len(body)))]
        without = [pair for pair in headers if pair[0].lower() not in OF_A_BODY]
        self.ready[coding] = made = Coded(headers, without, body)
        return made

    def is_known(self, etags: str) -> bool:
        """Whether a browser that sent these in `If-None-Match` has this page."""
        sent = parse_etags(etags)
        return sent == ["*"] or (bool(self.etag) and strong(self.etag) in map(strong, sent))


def strong(etag: str) -> str:
    return etag.removeprefix("W/")


def packed(body: bytes, coding: str, *, quality: int) -> bytes:
    """The body itself where packing makes it no smaller."""
    if coding == IDENTITY:
        return body
    if coding == "br":
        return light_brotli(body, quality)
    small = gzip.compress(body, compresslevel=6, mtime=0)
    return small if len(small) < len(body) else body


@lru_cache(maxsize=256)
def taken(accepts: str) -> tuple[str, ...]:
    """The codings of an `Accept-Encoding` that we have, the best first."""
    return tuple(name for name, pattern in TAKES.items() if pattern.search(accepts))


class Shelf:
    """Pages up to so many bytes; those that nobody asked for longest go first."""

    def __init__(self, limit: int) -> None:
        self.limit, self.used = limit, 0
        self._pages: OrderedDict[Key, tuple[Page, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        with self._lock:
            if key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key][0]

    def put(self, key: Key, page: Page) -> None:
        size = page.size
        with self._lock:
            self._take(key)
            if size * ONE_OF > self.limit:
                return
            self._pages[key] = (page, size)
            self.used += size
            while self.used > self.limit:
                self._take(next(iter(self._pages)))

    def drop(self, key: Key) -> None:
        with self._lock:
            self._take(key)

    def _take(self, key: Key) -> None:
        if key in self._pages:
            self.used -= self._pages.pop(key)[1]
