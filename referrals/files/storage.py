"""Private storage: sealed files under names that say nothing, readable by this site alone."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from clinic_site.sealing.tokens import is_newest, reseal_bytes, seal_bytes, unseal_bytes
from referrals.files.private_folder import PART
from referrals.files.shelf import shelf

ONE_LETTER = 14 * 1024 * 1024  # the largest file, sealed: whoever may send files may send it


def write(*, name: UUID, data: bytes) -> None:
    """Seal `data` and store it so that it outlives a power cut once this returns.

    Raises OSError where the disk is full or refuses; nothing is left behind then.
    """
    shelf().put(str(name), seal_bytes(data))


def room() -> int:
    """How many bytes files may still take. May be negative."""
    return shelf().room()


def is_writable() -> bool:
    return shelf().is_writable()


def takes_files() -> bool:
    """Whether a sender's file can be stored, so that nobody chooses one for nothing."""
    try:
        return is_writable() and room() >= ONE_LETTER
    except OSError:
        return False


def read(*, name: UUID) -> bytes:
    """The content as sent. Raises FileNotFoundError, or InvalidToken where it was changed."""
    for folder in shelf().places():
        with suppress(FileNotFoundError, IsADirectoryError):
            return unseal_bytes(shelf().get(folder / str(name)))
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(name))


def present() -> dict[str, int]:
    """Every file there is, by name, with its size on the disk."""
    keeper = shelf()
    return {
        kept.path.name: kept.size for place in keeper.places() for kept in keeper.kept_in(place)
    }


def sizes_of(names: Iterable[UUID]) -> dict[UUID, int]:
    """Bytes on the disk, sealed, of those that are there. A link counts as no file at all."""
    asked, found = list(names), dict[UUID, int]()
    for folder in shelf().places() if asked else []:
        for name in asked:
            size = None if name in found else shelf().size_of(folder / str(name))
            if size is not None:
                found[name] = size
        if len(found) == len(set(asked)):
            break
    return found


def is_there(*, name: UUID) -> bool:
    return name in sizes_of([name])


def reseal() -> int:
    """Bring every file to the newest key; the number that was changed. May be run again.

    Raises `InvalidToken` where a file opens with none of the keys: it is left as it is.
    """
    changed = 0
    for path in stored():
        with suppress(FileNotFoundError):  # it may have been purged or moved meanwhile
            sealed = shelf().get(path)
            if not is_newest(sealed):
                shelf().replace(path, reseal_bytes(sealed))
                changed += 1
    return changed


def stored() -> list[Path]:
    """Every file of this database, also what was set aside."""
    return sorted(kept.path for folder in own_places() for kept in shelf().kept_in(folder))


def own_places() -> list[Path]:
    """Wherever this database's own files lie, with what was set aside."""
    keeper = shelf()
    folders = keeper.own_folders()
    return [*folders, *(day for folder in folders for day, _ in keeper.days_aside(folder))]


def remove(*, name: UUID) -> None:
    """Unlink it where it is this database's own; another's folder is left as it is."""
    for folder in shelf().own_folders():
        shelf().remove(folder / str(name))


def erase(*, name: str) -> None:
    """Remove this database's own file for good, also where it is set aside or half written."""
    halves = [name, f"{name}{PART}"]
    shelf().erase(folder / half for folder in own_places() for half in halves)
