"""Carries files from one place to another: first a copy of all, each proved, then the removal.

May be cut off at any point and begun anew, also when all is done: what is there and the same is
left as it is. Two that differ under one name both stay, and are counted.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from clinic_site.storing.away import StoreAway


class End(Protocol):
    """A place of files. `get` raises FileNotFoundError; what `put` returned from lasts."""

    def names(self) -> list[str]: ...
    def get(self, name: str) -> bytes: ...
    def put(self, name: str, data: bytes) -> None: ...
    def remove(self, name: str) -> None: ...


@dataclass
class Tally:
    """How many files were copied, lay there already, differ, and went from the old place."""

    copied: int = 0
    there: int = 0
    removed: int = 0
    size: int = 0
    differing: list[str] = field(default_factory=list)


Same = Callable[[bytes, bytes], bool]


def same_bytes(one: bytes, other: bytes) -> bool:
    return hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


def carry(source: End, target: End, *, is_same: Same = same_bytes) -> Tally:
    """Raises OSError where a place does not answer: nothing was removed before all was copied."""
    tally, proved = Tally(), list[str]()
    for name in source.names():
        if copy(name, source, target, tally, is_same):
            proved.append(name)
    for name in proved:
        source.remove(name)
        tally.removed += 1
    return tally


def copy(name: str, source: End, target: End, tally: Tally, is_same: Same) -> bool:
    """Whether the other place has it now, as it was read back from there."""
    data = source.get(name)
    tally.size += len(data)
    try:
        if not is_same(target.get(name), data):
            tally.differing.append(name)
            return False
        tally.there += 1
    except FileNotFoundError:
        target.put(name, data)
        if not same_bytes(target.get(name), data):
            raise StoreAway("the new place gave back other bytes than it was given") from None
        tally.copied += 1
    return True


class MediaFolder:
    """Pictures of staff under MEDIA_ROOT."""

    def __init__(self) -> None:
        self.root = Path(settings.MEDIA_ROOT)

    def names(self) -> list[str]:
        return sorted(self.found())

    def found(self) -> Iterator[str]:
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(self.root).as_posix()

    def get(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def put(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(data)
        part.replace(path)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)


class MediaStore:
    """The same in the object store."""

    def __init__(self) -> None:
        self.store: Any = storages["default"]

    def names(self) -> list[str]:
        return sorted(one.name for one in self.store.listing("", is_deep=True))

    def get(self, name: str) -> bytes:
        with self.store.open(name) as file:
            return bytes(file.read())

    def put(self, name: str, data: bytes) -> None:
        self.store.save(name, ContentFile(data))

    def remove(self, name: str) -> None:
        self.store.delete(name)
