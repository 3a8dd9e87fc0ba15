"""Sealed files in the object store, where the site has one. As `private_folder`, and simpler:

    private/<identity>/<uuid>                   a sealed file of the database with this number
    private/<identity>/aside/2026-11-28/<uuid>  one that no row named on that day

Each database has its own part from the start, so that nothing has to be claimed. A file is stored
whole or not at all, and counts once it was read back. Nothing can be renamed: what moves is copied
first, so that a cut leaves it twice, never nowhere. Paths are names in the store.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from clinic_site.database_identity import database_identity, known_identity
from clinic_site.storing.away import NoAnswer, StoreAway
from referrals.files.private_folder import ASIDE, NOBODY_WE_KNOW, PART, Kept, is_file_name

PLENTY = 2**50  # a store says no room: what it will not take, it refuses
SETTLED = 3600  # seconds after which no other process can still be moving a file


def letters() -> Any:
    return storages["letters"]


def owner() -> UUID | None:
    return known_identity()


def claim(identity: UUID) -> None:
    """Nothing to do: the number stands in each name."""


def root() -> Path:
    return Path(str(known_identity() or NOBODY_WE_KNOW))


def home() -> Path:
    return Path(str(database_identity()))


def own_folders() -> list[Path]:
    return [root()] if known_identity() else []


def places() -> Iterator[Path]:
    """Most files lie in the first: what was set aside is asked for only by those that go on."""
    for folder in own_folders():
        yield folder
        yield from (day for day, _ in days_aside(folder))


def days_aside(folder: Path) -> list[tuple[Path, date]]:
    found = []
    for name in letters().folders(f"{folder}/{ASIDE}"):
        with suppress(ValueError):
            found.append((folder / ASIDE / name, date.fromisoformat(name)))
    return sorted(found)


def aside_folder(folder: Path, day: date) -> Path:
    return folder / ASIDE / day.isoformat()


def remove_if_empty(folder: Path) -> None:
    """A folder is there as long as something is in it."""


def kept_in(folder: Path) -> Iterator[Kept]:
    for one in letters().listing(str(folder)):
        if is_file_name(one.name):
            yield Kept(folder / one.name, one.size, one.stored)


def names_in(folder: Path) -> Iterator[str]:
    return (kept.path.name for kept in kept_in(folder))


def halves_in(folder: Path) -> Iterator[Kept]:
    return iter(())


def strange_in(folder: Path) -> int:
    """Not counted: health would have to list every letter each time somebody asks it."""
    return 0


def other_databases() -> int:
    return sum(is_file_name(name) and name != str(root()) for name in letters().folders())


def room() -> int:
    return PLENTY


def is_writable() -> bool:
    """As far as can be told without asking: a form must not wait for it."""
    return True


def put(name: str, sealed: bytes) -> None:
    path = home() / name
    try:
        write(path, sealed)
    except NoAnswer:  # the sender has waited long enough; if it did arrive, it is set aside
        raise
    except OSError:
        with suppress(OSError):
            remove(path)
        raise


def write(path: Path, sealed: bytes) -> None:
    """Store and read back. Raises OSError where what came back is something else."""
    kept_as = letters().save(str(path), ContentFile(sealed))
    if kept_as != str(path) or digest(get(path)) != digest(sealed):
        raise StoreAway("the object store gave back other bytes than it was given")


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def get(path: Path) -> bytes:
    with letters().open(str(path)) as file:
        return bytes(file.read())


def size_of(path: Path) -> int | None:
    """None where it is not there. While the store is away that cannot be told: `StoreAway`."""
    try:
        return int(letters().size(str(path)))
    except FileNotFoundError:
        return None


def replace(path: Path, sealed: bytes) -> None:
    write(path, sealed)


def move(path: Path, folder: Path) -> bool:
    """False where it is gone, or where the other place has it already.

    What lies twice for an hour was left by a cut, and then this one goes. Before that another
    process may be about to remove the other.
    """
    target = folder / path.name
    if (there := size_of(target)) is not None:
        age = time.time() - letters().get_modified_time(str(path)).timestamp()
        if there == size_of(path) and age > SETTLED:
            remove(path)
        return False
    try:
        sealed = get(path)
    except FileNotFoundError:
        return False  # another mail process did it
    write(target, sealed)
    remove(path)
    return True


def remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        letters().delete(str(path))


def erase(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.suffix != PART:
            remove(path)
            if size_of(path) is not None:
                raise StoreAway("the object store keeps what was erased")
