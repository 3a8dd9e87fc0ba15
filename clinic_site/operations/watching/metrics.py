"""/metrics: what a Prometheus reads, by the token alone."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic_site.operations.watching.numbers import Number, Numbers, text_of
from clinic_site.operations.watching.probes import has_token, refused

TEXT_FORM = "text/plain; version=0.0.4; charset=utf-8"
PATIENCE_MS = 1000  # of PostgreSQL, for one question

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.WATCH_TOKEN:
        raise Http404
    if not has_token(request):
        return refused()
    return HttpResponse(text_of(all_numbers()), content_type=TEXT_FORM)


def all_numbers() -> list[Number]:
    """All that can be known now. A database that is away is asked once, and the rest is told."""
    is_up = database_answers()
    found = [Number("clinic_database_up", is_up, "Whether the database answers.")]
    unknown = []
    for path in settings.WATCH_NUMBERS:
        numbers = known_numbers(import_string(path), is_up=is_up)
        found += numbers or []
        if numbers is None:
            unknown.append(path.rpartition(".")[2])
    found.append(
        Number("clinic_numbers_unknown", len(unknown), "Kinds of numbers that are not known now.")
    )
    return found


def known_numbers(ask: Numbers, *, is_up: bool) -> list[Number] | None:
    """None where they cannot be known now."""
    asks_database = getattr(ask, "asks_database", False)
    if asks_database and not is_up:
        return None
    try:
        if not asks_database:
            return list(ask())
        with in_little_time():
            return list(ask())
    except Exception as error:  # one number that fails must not hide the others
        logger.warning("numbers are not known: %s", ask.__name__, exc_info=error)
        return None


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except AnyDatabaseError:
        return False
    return True


@contextmanager
def in_little_time() -> Iterator[None]:
    """PostgreSQL gives up a question that takes long. SQLite's readers wait for nobody, and a
    transaction would hold up its writers."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
        yield
