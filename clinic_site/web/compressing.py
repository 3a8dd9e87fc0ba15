"""Brotli for pages that are the same for everyone: a sixth smaller than gzip, packed once.

Pages that hold a secret of their reader (a form's key) are left to gzip, whose length Django blurs
against BREACH (https://www.breachattack.com). A page that is kept outside of Django (`page_cache`)
is packed there, once for all who read it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from clinic_site.web.idle_space import without_idle_space

QUALITY = 11  # about 60 ms for our longest page, once for each process and version
PAGES_KEPT = 64
SHORTEST = 200  # bytes; less is not worth it
PACKED_OUTSIDE = "clinic.packed_outside"  # whoever asked for the page packs it
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))")

GetResponse = Callable[[HttpRequest], HttpResponse]


def brotli_for_public_pages(get_response: GetResponse) -> GetResponse:
    """Stands inside Django's GZipMiddleware, which leaves alone what is encoded already."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.META.get(PACKED_OUTSIDE) and is_for_everyone(response):
            if len(response.content) >= SHORTEST:
                patch_vary_headers(response, ("Accept-Encoding",))
            response.headers["Content-Encoding"] = "identity"  # so that nobody packs it here
            return response
        if not may_be_packed(response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if TAKES_BROTLI.search(request.headers.get("Accept-Encoding", "")):
            response.content = packed(response.content)
            response.headers["Content-Encoding"] = "br"
            response.headers["Content-Length"] = str(len(response.content))
            weaken_etag(response)
        return response

    return middleware


def is_for_everyone(response: HttpResponse) -> bool:
    """Whole, and nothing of one reader is in it."""
    return (
        not response.streaming
        and response.status_code == 200
        and "public" in response.headers.get("Cache-Control", "")
        and not response.cookies
        and not response.has_header("Content-Encoding")
    )


def may_be_packed(response: HttpResponse) -> bool:
    is_text = response.headers.get("Content-Type", "").startswith("text/html")
    return is_text and is_for_everyone(response) and len(response.content) >= SHORTEST


@lru_cache(maxsize=PAGES_KEPT)
def packed(content: bytes) -> bytes:
    return light_brotli(content, QUALITY)


def light_brotli(content: bytes, quality: int) -> bytes:
    light = without_idle_space(content.decode()).encode()
    return brotli.compress(light, mode=brotli.MODE_TEXT, quality=quality)


def weaken_etag(response: HttpResponse) -> None:
    """The same words in other bytes (RFC 9110, 8.8.1)."""
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"
