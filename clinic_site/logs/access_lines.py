"""One line for each request: who asked for what, when, and what became of it.

The address is a digest with a key of its day: it joins the lines of one visitor on one day, and
neither names nor follows anybody. On staff addresses the line says whose session it was.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic_site.logs.doing import begin, new_number
from clinic_site.logs.lines import line_of
from clinic_site.logs.paths import READ_AT_MOST, logged_path
from clinic_site.web.addresses import visitor_address

REQUEST_ID, ADDRESS, PERSON = "clinic.request", "clinic.address", "clinic.person"
STAFF = "/admin/"
ADDRESS_DIGITS = 16


def number_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Each request gets a number of ours: in its lines, its answer and on an error page.

    The outermost middleware. What it knows goes along with the request to the access line, which
    is written after Django has ended.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        number = note_request(request.META)
        response = get_response(request)
        response.headers["X-Request-ID"] = number
        if request.path_info.startswith(STAFF):
            request.META[PERSON] = person_of(request)
        return response

    return middleware


def note_request(environ: dict[str, Any]) -> str:
    """The number of a request that begins now, noted for its access line with whose it is."""
    number = new_number()
    begin(request=number)
    environ[REQUEST_ID], environ[ADDRESS] = number, visitor_address(environ)
    return number


def number_of(request: HttpRequest) -> str:
    """What a person says who rings after an error; empty outside a real request."""
    return str(request.META.get(REQUEST_ID, ""))


def person_of(request: HttpRequest) -> int | None:
    """The account of this session, if it was asked for: a line never costs a query."""
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None and user.is_authenticated else None


def access_line(environ: dict[str, Any], *, status: int, size: int, took: timedelta) -> str:
    """`environ` is what a WSGI server knows of the request, and what we noted in it."""
    now = datetime.now(UTC)
    method = str(environ.get("REQUEST_METHOD", ""))
    address = environ.get(ADDRESS) or environ.get("REMOTE_ADDR", "")
    facts = {
        "at": now.isoformat(timespec="milliseconds"),
        "level": "INFO",
        "logger": "gunicorn.access",
        "request": environ.get(REQUEST_ID),
        "method": method if re.fullmatch("[A-Z]{1,20}", method) else "?",
        "path": logged_path(path_of(environ)),
        "status": status,
        "bytes": size,
        "ms": round(took.total_seconds() * 1000),
        "address": address_of_the_day(address, now.date()) if address else None,
        "person": environ.get(PERSON),
    }
    return line_of({name: value for name, value in facts.items() if value is not None})


def path_of(environ: dict[str, Any]) -> str:
    """A server gives the bytes of a path as Latin-1; Django puts the text that they are there."""
    path = str(environ.get("PATH_INFO", ""))[:READ_AT_MOST]
    if REQUEST_ID in environ:
        return path
    return path.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def address_of_the_day(address: str, day: date) -> str:
    """16 hexadecimal digits. Who knows SECRET_KEY could try all addresses; nobody else can."""
    secret = settings.SECRET_KEY.encode()
    of_day = hmac.new(secret, f"access lines {day.isoformat()}".encode(), hashlib.sha256).digest()
    return hmac.new(of_day, address.encode(), hashlib.sha256).hexdigest()[:ADDRESS_DIGITS]
