"""Letters on their way between the folder and the object store: both ends, and when two are one.

Those of this database alone, with what was set aside. Another's stay where they are.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import ModuleType

from cryptography.fernet import InvalidToken

from clinic_site.sealing.tokens import unseal_bytes
from clinic_site.storing.carrying import same_bytes
from referrals.files import object_shelf, private_folder
from referrals.files.private_folder import ASIDE


class Letters:
    """One end. A name is `<uuid>`, or `aside/2026-11-28/<uuid>`."""

    def __init__(self, place: ModuleType) -> None:
        self.place = place

    def folders(self) -> Iterable[tuple[str, Path]]:
        """What stands before a name, and where such files lie."""
        for folder in self.place.own_folders():
            yield "", folder
            for path, day in self.place.days_aside(folder):
                yield f"{ASIDE}/{day.isoformat()}/", path

    def names(self) -> list[str]:
        lies = [(first, self.place.names_in(folder)) for first, folder in self.folders()]
        return sorted({f"{first}{name}" for first, names in lies for name in names})

    def paths(self, name: str) -> list[Path]:
        first, sign, bare = name.rpartition("/")
        return [folder / bare for start, folder in self.folders() if start == first + sign]

    def get(self, name: str) -> bytes:
        for path in self.paths(name):
            if self.place.size_of(path) is not None:
                return bytes(self.place.get(path))
        raise FileNotFoundError("not in this place")

    def put(self, name: str, data: bytes) -> None:
        first, _, bare = name.rpartition("/")
        folder = self.place.home()
        if first:
            folder = self.place.aside_folder(folder, date.fromisoformat(Path(first).name))
        self.place.write(folder / bare, data)

    def remove(self, name: str) -> None:
        self.place.erase(self.paths(name))


def in_folder() -> Letters:
    return Letters(private_folder)


def in_store() -> Letters:
    return Letters(object_shelf)


def is_same_letter(one: bytes, other: bytes) -> bool:
    """Also where one of them was sealed anew with another key meanwhile."""
    if same_bytes(one, other):
        return True
    try:
        return same_bytes(unseal_bytes(one), unseal_bytes(other))
    except InvalidToken:
        return False
