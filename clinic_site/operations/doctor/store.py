"""The object store: does it take files, give them back, hide them from strangers, and forget?"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from clinic_site.operations.doctor.finding import Finding, Needs, NotAsked, asks, hint, well, within
from clinic_site.storing.away import StoreAway

SECONDS = 8


@asks(
    "Does the object store keep files, and for this site alone?",
    mend="See that OBJECT_STORE_URL names the store and its bucket, and that the key may list,"
    " read, write and delete in it.",
    needs=Needs.NETWORK,
)
def object_store() -> Iterator[Finding]:
    """Really stores a small file, reads it back, and takes it away again."""
    if "letters" not in settings.STORAGES:
        raise NotAsked("files lie in folders of this machine")
    try:
        found = within(SECONDS, lambda: list(tried(storages["letters"])))
    except TimeoutError:
        found = [Finding("object store", "It does not answer in time.")]
    except StoreAway as problem:
        found = [Finding("object store", f"Files cannot be kept: {problem}.")]
    yield from found or [well("object store", "It took a file, gave it back and let it go.")]


def tried(store: Any) -> Iterator[Finding]:
    name = f"doctor-{secrets.token_hex(8)}"
    try:
        store.save(name, ContentFile(name.encode()))
        if store.is_open_to_strangers(name):
            yield Finding(
                "object store is open",
                "Whoever knows a name reads a file without any key. Letters are sealed there, and"
                " still it tells how many and when.",
                "Make the bucket private, in the store’s own settings.",
            )
    finally:
        with suppress(StoreAway):
            store.delete(name)
    if store.exists(name):
        yield Finding("object store", "A file that was deleted is still there.")
    yield from about_versions(store)


def about_versions(store: Any) -> Iterator[Finding]:
    """A bucket with versions keeps what was erased."""
    try:
        keeps = store.keeps_versions()
    except StoreAway:
        yield hint("versions", "The store does not say whether it keeps versions of files.")
        return
    if keeps:
        yield Finding(
            "object store keeps versions",
            "Letters of erased patients stay in the bucket as older versions.",
            "Turn versions off, or let the store remove older ones within BACKUPS_KEPT_DAYS.",
        )
