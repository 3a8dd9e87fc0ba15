"""Draws pages of a letter in bounded children, one at a time in each process.

The other place for children stays free for what senders attach meanwhile. What was drawn lately
lies on the shelf; how many pages a file has, or why none, is written down for the next reader.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from referrals.drawing.page_pictures import NO_SUCH_PAGE
from referrals.files import records
from referrals.files.records import StaysApart
from referrals.inspecting import bounded
from referrals.inspecting.sniffing import DOCX, RTF
from referrals.letters.shelf import shelf
from referrals.models import Attachment, DrawnFile

SHEET, LARGE = 1240, 2480  # dots across: sharp on a telephone, and to look closely
SECONDS_A_PAGE = 10.0
WAIT_FOR_A_TURN = 20.0
MOST_WAITING = 5  # of the 12 threads of a web process: the others go on with their work
MADE_OF_WORDS = {DOCX, RTF}
PASSES = {"missing", "waiting"}  # may be otherwise in a minute, and are not written down

_turn = threading.Lock()
_waiting = threading.BoundedSemaphore(MOST_WAITING)


class NoSuchPage(LookupError):
    """The file has fewer pages."""


@contextmanager
def turn() -> Iterator[None]:
    """One drawing at a time. Raises `bounded.Busy` where too many wait, or for too long."""
    if not _waiting.acquire(blocking=False):
        raise bounded.Busy
    try:
        if not _turn.acquire(timeout=WAIT_FOR_A_TURN):
            raise bounded.Busy
        try:
            yield
        finally:
            _turn.release()
    finally:
        _waiting.release()


def kept_or(key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """From the shelf, or made in turn; whoever waited for the same finds it there."""
    found = shelf.get(key)
    if found is not None:
        return found
    with turn():
        found = shelf.get(key)
        if found is None:
            found = make()
            shelf.put(key, found)
        return found


def picture(*, attachment: Attachment, page: int, across: int) -> bytes:
    """One page as a WebP picture; `page` counts from 1.

    Raises NoSuchPage, StaysApart (its code says why), or `bounded.Busy`.
    """

    def make() -> bytes:
        return child("page_pictures", str(page), str(across), data=harmless_pdf(attachment))

    return kept_or((attachment.pk, "picture", page, across), make)


def words(*, attachment: Attachment) -> list[str]:
    """The words of each page of a Word or RTF file; StaysApart for all others."""
    if attachment.content_type not in MADE_OF_WORDS:
        raise StaysApart("no_words")
    make = lambda: child("page_words", data=harmless_pdf(attachment))  # noqa: E731
    return [str(text) for text in json.loads(kept_or((attachment.pk, "words"), make))]


def draw(*, attachment: Attachment) -> None:
    """Find out how many pages it has, again where that failed before. Raises as `picture` does."""
    kept_or((attachment.pk, "pdf"), lambda: made_and_noted(attachment))


def child(module: str, *args: str, data: bytes) -> bytes:
    try:
        return records.child(module, *args, data=data, seconds=SECONDS_A_PAGE)
    except bounded.TookTooLong as error:
        raise StaysApart("slow") from error
    except bounded.Failed as error:
        if error.code == NO_SUCH_PAGE:
            raise NoSuchPage from error
        raise StaysApart("broken") from error


def harmless_pdf(attachment: Attachment) -> bytes:
    """Its pages as a PDF, made by whoever has the turn."""
    key = (attachment.pk, "pdf")
    found = shelf.get(key)
    if found is None:
        found = made_and_noted(attachment)
        shelf.put(key, found)
    return found


def made_and_noted(attachment: Attachment, *, at: datetime | None = None) -> bytes:
    """Draw it, and write down how many pages it has or why it has none."""
    try:
        if attachment.state == Attachment.State.QUARANTINED:
            raise StaysApart("set_aside")
        pdf, told = records.as_pages(attachment)
    except StaysApart as reason:
        if reason.code not in PASSES and not was_drawn_before(attachment):
            note(attachment, pages=0, why=reason.code, notes=[], at=at)
        raise
    note(attachment, pages=told["pages"], why="", notes=told.get("notes", []), at=at)
    return pdf


def was_drawn_before(attachment: Attachment) -> bool:
    """Then a busy machine failed and not the file: its pages stay on its page."""
    return DrawnFile.objects.filter(pk=attachment.pk, pages__gt=0).exists()


def note(
    attachment: Attachment, *, pages: int, why: str, notes: list[str], at: datetime | None
) -> None:
    facts = {"pages": pages, "why": why, "notes": notes, "drawn_at": at or timezone.now()}
    with suppress(IntegrityError), transaction.atomic():  # it may have been erased meanwhile
        DrawnFile.objects.update_or_create(attachment=attachment, defaults=facts)
