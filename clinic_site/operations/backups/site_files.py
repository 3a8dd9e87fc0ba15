"""What a bundle holds beside the database: letters and pictures, from folders or from the store.

In a bundle both look alike: one that was made beside a store becomes a site with folders.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from clinic_site.database_identity import known_identity
from clinic_site.operations.backups.archive import Writer

HALVES = ".part"  # of files that the site itself is writing


class InFolder:
    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path

    @property
    def size(self) -> int:
        return self.path.stat(follow_symlinks=False).st_size

    def add_to(self, writer: Writer) -> None:
        writer.add_path(self.name, self.path)


class InStore:
    def __init__(self, name: str, size: int, store: Any, key: str) -> None:
        self.name, self.size, self.store, self.key = name, size, store, key

    def add_to(self, writer: Writer) -> None:
        """Nothing where it went meanwhile. Raises OSError where the store is away."""
        try:
            with self.store.open(self.key) as file:
                data = file.read()
        except FileNotFoundError:
            return
        writer.add_bytes(self.name, data)


SiteFile = InFolder | InStore


def files_to_keep() -> Iterator[SiteFile]:
    """Each file with its name in the bundle; no links, and nothing that is half written."""
    if "letters" in settings.STORAGES:
        yield from in_store("private", storages["letters"], str(known_identity()))
        yield from in_store("media", storages["default"], "")
        return
    roots = {"private": Path(settings.PRIVATE_ROOT), "media": Path(settings.MEDIA_ROOT)}
    for first, root in roots.items():
        for place, _, names in os.walk(root, onerror=end_unless_gone):
            for name in sorted(names):
                path = Path(place) / name
                is_half = first == "private" and name.endswith(HALVES)
                if not is_half and is_plain(path):
                    yield InFolder(f"{first}/{path.relative_to(root).as_posix()}", path)


def in_store(first: str, store: Any, folder: str) -> Iterator[InStore]:
    """Of the letters those of this database alone: another’s are for its own backup."""
    for one in store.listing(folder, is_deep=True):
        key = f"{folder}/{one.name}" if folder else one.name
        yield InStore(f"{first}/{one.name}", one.size, store, key)


def end_unless_gone(error: OSError) -> None:
    """A folder that cannot be read ends a backup: it would lack what lies there."""
    if not isinstance(error, FileNotFoundError):
        raise error


def is_plain(path: Path) -> bool:
    """A file that is there, and no link. Raises OSError where it may not be asked for."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
