"""Headers of every answer, the verbs there are, the clinic’s time, answers without a database."""

import logging
from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from clinic_site.views import bad_request, database_is_down, error_page
from clinic_site.web.headers import ISOLATION_HEADERS
from clinic_site.zone import in_clinic_time

GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST")
READING = ("GET", "HEAD")

logger = logging.getLogger(__name__)


def security_headers(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in ISOLATION_HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/admin/"):
            response.headers["Cache-Control"] = "no-store"
        elif response.status_code >= 400:  # caches may keep some of these unless told not to
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def clinic_time(get_response: GetResponse) -> GetResponse:
    """Every time on a page, and every time typed into one, is the clinic's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with in_clinic_time():
            return get_response(request)

    return middleware


def known_methods(get_response: GetResponse) -> GetResponse:
    """Pages are read and forms are sent. All else is refused, by a page that says so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return not_allowed(request, ", ".join(METHODS))
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return not_allowed(request, response.headers["Allow"])
        return response

    return middleware


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_page(request, status=405, template="errors/400.html")
    response.headers["Allow"] = allowed
    return response


def whole_addresses(get_response: GetResponse) -> GetResponse:
    """No staff address and no picture has a NUL. PostgreSQL and the disk would fail on it, each in
    its way. What the public may ask with one has answers of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(("/admin/", "/media/")):
            return get_response(request)
        if "\x00" in request.path_info:
            raise Http404
        if "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest
        return get_response(request)

    return middleware


class AnswerWhenDatabaseIsDown:
    """Turn a lost database into a 503 page with the rooms' telephone number, and a question with
    a number too large for any column into a 400 page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (OperationalError, InterfaceError)):
            logger.error("database unavailable", exc_info=exception)
            return database_is_down(request)
        if isinstance(exception, (DataError, OverflowError)) and request.method in READING:
            logger.warning("asked with a value that no database takes", exc_info=exception)
            return bad_request(request, exception)
        return None
