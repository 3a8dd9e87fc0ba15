"""A store that several machines could share, in memory: Django's own, and what ours can besides."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, storages

from clinic_site.storing.away import NoAnswer

HERE = f"{__name__}.StoreInMemory"


class Listed:
    def __init__(self, name: str, size: int, stored: float) -> None:
        self.name, self.size, self.stored = name, size, stored


class StoreInMemory(InMemoryStorage):
    """`is_away` stands for a network that is cut, `gives_back` for a store that errs."""

    is_away, is_open, has_versions = False, False, False
    gives_back: bytes | None = None

    def answer(self) -> None:
        if self.is_away:
            raise NoAnswer("the object store does not answer (Test)")

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        self.answer()
        if super().exists(name):
            super().delete(name)
        return super()._save(name, content)

    def _open(self, name: str, mode: str = "rb") -> Any:
        self.answer()
        if not super().exists(name):
            raise FileNotFoundError(name)
        if self.gives_back is not None:
            return ContentFile(self.gives_back)
        return super()._open(name, mode)

    def delete(self, name: str) -> None:
        self.answer()
        if super().exists(name):
            super().delete(name)

    def size(self, name: str) -> int:
        self.answer()
        if not super().exists(name):
            raise FileNotFoundError(name)
        return super().size(name)

    def exists(self, name: str) -> bool:
        self.answer()
        return super().exists(name)

    def listing(self, folder: str, *, is_deep: bool = False) -> Iterator[Listed]:
        for name in self.folders(folder) if is_deep else []:
            inner = f"{folder}/{name}" if folder else name
            for one in self.listing(inner, is_deep=True):
                yield Listed(f"{name}/{one.name}", one.size, one.stored)
        for name in self.names(folder)[1]:
            path = f"{folder}/{name}" if folder else name
            yield Listed(name, self.size(path), self.get_modified_time(path).timestamp())

    def folders(self, folder: str = "") -> list[str]:
        return self.names(folder)[0]

    def names(self, folder: str) -> tuple[list[str], list[str]]:
        self.answer()
        return self.listdir(folder) if not folder or super().exists(folder) else ([], [])

    def keeps_versions(self) -> bool:
        return self.has_versions

    def is_open_to_strangers(self, name: str) -> bool:
        return self.is_open

    def url(self, name: str | None) -> str:
        return f"/media/{name}"

    def all_names(self) -> list[str]:
        return sorted(one.name for one in self.listing("", is_deep=True))


@pytest.fixture
def shared_store(settings: Any) -> StoreInMemory:
    """Letters and pictures lie in it, as they would with OBJECT_STORE_URL."""
    both = {"default": {"BACKEND": HERE}, "letters": {"BACKEND": HERE}}
    settings.STORAGES = {**settings.STORAGES, **both}
    found: Any = storages["letters"]
    return found
