"""Where prepared pages are kept: a table for all processes, and a few pages in the memory of each.

Nothing here is needed: what is gone is made again, and what cannot be kept is shown all the same.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error as AnyDatabaseError
from django.db import connection, transaction
from django.utils import timezone

from clinic_site.written_once import Given, WrittenOnce
from conditions.models import PreparedPage, Publication
from conditions.prepared.parts import Prepared, as_text, from_text, is_ours, seal_of

logger = logging.getLogger(__name__)

MOST_PAGES = 100  # in the memory of a process: about 10 MB
TRY_AGAIN_AFTER = 60.0  # seconds, where a page could not be kept
SHORT_WAIT = 100  # milliseconds that a reader waits for other writers of SQLite

Make = Callable[[], Prepared | None]


class Kept:
    """A prepared page in memory; `last` is what it was filled with last, and how it looked."""

    def __init__(self, made_of: tuple[int, str, str], prepared: Prepared) -> None:
        self.made_of, self.prepared = made_of, prepared
        self.last: tuple[Any, str] | None = None


_kept = WrittenOnce(
    lambda: PreparedPage.objects.filter(
        publication_id=Given("publication", Publication._meta.pk),
        template=Given("template", PreparedPage._meta.get_field("template")),
    ).values("text", "seal")
)
# By address and template, so that what was published before is forgotten.
_in_memory: OrderedDict[tuple[str, str, str], Kept] = OrderedDict()
_failed_at: list[float] = []


def prepared_page(
    publication: Publication, *, template: str, digest: str, make: Make
) -> Kept | None:
    """As this process has it, else as the table has it, else made now. None where `make` says so.

    Raises what `make` raises. Of a publication that was redacted nothing is kept.
    """
    address = (publication.section, publication.slug, template)
    kept = _in_memory.get(address)
    if publication.redacted_at is not None:
        _in_memory.pop(address, None)
        return None
    made_of = (publication.pk, publication.sha256, digest)
    if kept is None or kept.made_of != made_of:
        prepared = read(publication, template, digest)
        if prepared is None:
            prepared = make()
            if prepared is None:
                return None
            keep_for_readers(publication, template, digest, prepared)
        kept = Kept(made_of, prepared)
        remember(address, kept)
    return kept


def remember(address: tuple[str, str, str], kept: Kept) -> None:
    _in_memory.pop(address, None)
    _in_memory[address] = kept
    while len(_in_memory) > MOST_PAGES:
        _in_memory.popitem(last=False)


def read(publication: Publication, template: str, digest: str) -> Prepared | None:
    """None for a page that is not there, is older than the code, or is not as we wrote it."""
    row = next(iter(_kept.rows(publication=publication.pk, template=template)), None)
    made_of = (publication.pk, publication.sha256, template, digest)
    if row is None or not is_ours(row["text"], row["seal"], *made_of):
        return None
    return from_text(row["text"])


def keep(publication: Publication, template: str, digest: str, prepared: Prepared) -> None:
    text = as_text(prepared)
    seal = seal_of(text, publication.pk, publication.sha256, template, digest)
    row = PreparedPage(publication_id=publication.pk, template=template, text=text, seal=seal)
    with transaction.atomic():
        write([row])
        throw_away_earlier(publication)


def write(rows: list[PreparedPage]) -> None:
    """Not of what was redacted since it was read. Those publications are held to the end, so that
    a redaction that comes next throws away what is written here. Within a transaction."""
    read = Publication.objects.filter(pk__in={row.publication_id for row in rows})
    held = read.filter(redacted_at=None).select_for_update(skip_locked=True, no_key=True)
    may_keep = set(held.values_list("pk", flat=True))
    PreparedPage.objects.bulk_create(
        [row for row in rows if row.publication_id in may_keep],
        batch_size=100,
        update_conflicts=True,
        unique_fields=["publication", "template"],
        update_fields=["text", "seal"],
    )


def throw_away_earlier(publication: Publication) -> None:
    """What the page was before. What waits for its time stays beside the live one."""
    if publication.live_from <= timezone.now():
        earlier = PreparedPage.objects.filter(publication__page=publication.page_id)
        earlier.filter(publication__lt=publication.pk).delete()


def keep_for_readers(
    publication: Publication, template: str, digest: str, prepared: Prepared
) -> None:
    """A reader waits for nobody: where others write, the page is shown and not kept."""
    if _failed_at and time.monotonic() - _failed_at[0] < TRY_AGAIN_AFTER:
        return
    try:
        with short_wait():
            keep(publication, template, digest, prepared)
        _failed_at.clear()
    except AnyDatabaseError as error:
        _failed_at[:] = [time.monotonic()]
        logger.warning("a prepared page cannot be kept: %s", type(error).__name__)


@contextmanager
def short_wait() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {SHORT_WAIT}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")


def throw_away(publication: Publication) -> None:
    """All that was made of a publication that is redacted: other processes forget it as they read
    that it is."""
    PreparedPage.objects.filter(publication=publication.pk).delete()
    forget()


def throw_all_away() -> None:
    PreparedPage.objects.all().delete()
    forget()


def forget() -> None:
    """What this process has in memory."""
    _in_memory.clear()
    _failed_at.clear()
