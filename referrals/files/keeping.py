"""Keeps the private folder in order: what goes, what is set aside, and what comes back.

A file goes at once only where this database knew it and its time is over. A file that no row
names may belong to an enquiry of a newer backup: it is set aside for 30 days, and comes back by
itself as soon as a row names it again. Each step may be cut off at any point and runs in several
mail processes at once.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from clinic_site.database_identity import database_identity, known_identity
from clinic_site.permissions import require
from referrals.access_log import note_access
from referrals.files import private_folder, storage, uploads
from referrals.files.held_for import HELD_FOR
from referrals.files.private_folder import Kept
from referrals.files.shelf import shelf
from referrals.models import Attachment

logger = logging.getLogger(__name__)
OLD_ENOUGH = timedelta(hours=24)  # a row follows its file within a second
ASIDE_FOR = timedelta(days=30)
AT_ONCE = 500
LOOK_ASIDE = "referrals.view_attachment"
WHOLE_LIST = "set aside"  # stands for a reference in the access log


class SetAside(NamedTuple):
    """A file that no row names, and the day on which it was set aside."""

    kept: Kept
    day: date

    @property
    def name(self) -> str:
        return self.kept.path.name

    @property
    def stored(self) -> datetime:
        return datetime.fromtimestamp(self.kept.stored, UTC)

    @property
    def goes(self) -> date:
        """The first day on which it is removed."""
        return self.day + ASIDE_FOR + timedelta(days=1)


def settle() -> None:
    """Find out whose folder it is, before anything is stored or removed.

    A folder without an owner is ours if it is empty, or if our rows name a file in it. A database
    without an identity whose rows name files in an owned folder is an older copy of its owner.
    """
    keeper = shelf()
    owner = keeper.owner()
    is_open = owner is None or known_identity() is None
    if is_open and any(named(keeper.names_in(keeper.root()))):
        is_readable = owner != private_folder.NOBODY_WE_KNOW
        mine = database_identity(proposed=owner if is_readable else None)
        if owner is None:
            keeper.claim(mine)
    keeper.home()


def prepare() -> None:
    """At set-up; a folder that cannot be written stops no site, and health tells of it."""
    try:
        settle()
    except OSError as error:
        logger.error("the folder for senders’ files cannot be written", exc_info=error)


def purge_held(*, at: datetime | None = None) -> int:
    """Remove what was held for a form that was not sent in time; the number that went."""
    now = at or timezone.now()
    stale = Attachment.objects.filter(stored_at__lt=now - HELD_FOR, enquiry__isnull=True)
    return uploads.discard(stale.only("pk"))  # names stay sealed, so a lost key stops no purge


def keep_folder(*, at: datetime | None = None) -> int:
    """Put back, set aside and remove what is due; the number of files that were set aside."""
    now = at or timezone.now()
    settle()
    remove_halves(before=now - OLD_ENOUGH)
    put_back()
    today = timezone.localdate(now)
    moved = set_aside(before=now - OLD_ENOUGH, day=today)
    remove_expired(today=today)
    return moved


def named(names: Iterable[str]) -> Iterator[str]:
    """Those of the names that a row of this database bears."""
    asked = [UUID(name) for name in names]
    for start in range(0, len(asked), AT_ONCE):
        rows = Attachment.objects.filter(pk__in=asked[start : start + AT_ONCE])
        yield from (str(pk) for pk in rows.values_list("pk", flat=True))


def unnamed(files: Iterable[Kept]) -> list[Kept]:
    files = list(files)
    known = set(named(kept.path.name for kept in files))
    return [kept for kept in files if kept.path.name not in known]


def remove_halves(*, before: datetime) -> None:
    """What a cut left half written was never acknowledged."""
    for folder in shelf().own_folders():
        for half in shelf().halves_in(folder):
            if half.stored < before.timestamp():
                shelf().remove(half.path)


def set_aside(*, before: datetime, day: date) -> int:
    """Move away what no row names; the number of files."""
    moved = 0
    keeper = shelf()
    for folder in keeper.own_folders():
        old = (kept for kept in keeper.kept_in(folder) if kept.stored < before.timestamp())
        for kept in unnamed(old):
            moved += keeper.move(kept.path, keeper.aside_folder(folder, day))
    if moved:
        logger.warning("%s files that no enquiry names were set aside", moved)
    return moved


def files_aside() -> list[SetAside]:
    """Everything that is set aside, the oldest day first."""
    keeper = shelf()
    days = chain.from_iterable(keeper.days_aside(folder) for folder in keeper.own_folders())
    return [SetAside(kept, day) for path, day in sorted(days) for kept in keeper.kept_in(path)]


def put_back() -> int:
    """Give every file its place again that a row names by now; the number that came back."""
    aside = {one.name: one.kept.path for one in files_aside()}
    back = 0
    for name in named(aside):
        day_folder = aside[name].parent
        back += shelf().move(aside[name], day_folder.parent.parent)
    return back


def remove_expired(*, today: date) -> int:
    """Remove what was set aside 30 days ago and what still no row names."""
    expired = [one for one in files_aside() if today >= one.goes]
    nameless = {kept.path for kept in unnamed(one.kept for one in expired)}
    for path in nameless:
        shelf().remove(path)
    for folder in {path.parent for path in nameless}:
        shelf().remove_if_empty(folder)
    return len(nameless)


def look_for_rows(*, by: User, at: datetime | None = None) -> int:
    """Put back now what rows name again, as the mail process does each minute; how many."""
    require(by, LOOK_ASIDE)
    note_access(references=[WHOLE_LIST], by=by, action="aside", at=at)
    return put_back()


def save_aside(*, name: UUID, by: User, at: datetime | None = None) -> bytes:
    """What was set aside under this name, opened. It is noted who looked.

    Raises FileNotFoundError where it came back or went, InvalidToken where no key opens it.
    """
    require(by, LOOK_ASIDE)
    if str(name) not in {one.name for one in files_aside()}:
        raise FileNotFoundError(str(name))
    note_access(references=[str(name)[:8]], by=by, action="save aside", at=at)
    return storage.read(name=name)


def names_in_rows() -> set[str]:
    """Of every file that a row of this database names, for a backup."""
    return {str(pk) for pk in Attachment.objects.values_list("pk", flat=True).iterator()}


def open_one() -> bool | None:
    """Whether the newest letter that is there opens and is what was sent; None: there is none."""
    newest = Attachment.objects.order_by("-stored_at").only("pk", "sha256")
    for file in newest[:AT_ONCE]:
        if storage.is_there(name=file.pk):
            return uploads.is_at_hand(file)
    return None
