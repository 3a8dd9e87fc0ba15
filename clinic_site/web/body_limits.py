"""How much a request may carry, in one place for every address.

What is too large is answered by a plain page that names the limit. Large bodies are read a few
at a time, so that slow senders never hold every thread: pages are read meanwhile.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic_site.views import error_page
from clinic_site.web.middleware import GetResponse
from clinic_site.web.odd_headers import has_odd_length

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
LARGEST_THROWN_AWAY = 64 * MEGABYTE  # past this, a body is not even read to its end
PLACES = 6  # of the 12 threads of one web process (gunicorn_config)
WAIT_SECONDS = 0.5

_places = threading.BoundedSemaphore(PLACES)


def limit_bodies(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if has_odd_length(request):
            return error_page(request, status=400, template="errors/400.html")
        size, path = body_size(request), request.path
        if size > max(limit_of(path), largest_answered(path)):
            return too_large(request, limit=limit_of(path))
        return get_response(request)

    return middleware


def limit_of(path: str) -> int:
    """In bytes."""
    limits = settings.BODY_LIMITS.items()
    return next((limit for start, limit in limits if path.startswith(start)), MEGABYTE)


def largest_answered(path: str) -> int:
    """In bytes; up to here a form answers by itself, with all that was typed."""
    limits = settings.ANSWERS_LARGE_BODIES.items()
    return next((limit for start, limit in limits if path.startswith(start)), 0)


def body_size(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def too_large(request: HttpRequest, *, limit: int) -> HttpResponse:
    """What came is thrown away, but read first where it ends, so that the answer is seen."""
    with place_to_read() as may_read:
        while may_read and body_size(request) <= LARGEST_THROWN_AWAY and request.read(CHUNK):
            pass
    context = {"limit": limit // MEGABYTE}
    return error_page(request, status=413, template="errors/413.html", **context)


@contextmanager
def place_to_read() -> Iterator[bool]:
    """Whether one of the few places is free to read a large body; it is held meanwhile."""
    is_free = _places.acquire(timeout=WAIT_SECONDS)
    try:
        yield is_free
    finally:
        if is_free:
            _places.release()


def too_busy(request: HttpRequest) -> HttpResponse:
    response = error_page(request, status=503, template="errors/503.html")
    response.headers["Retry-After"] = "30"
    return response
