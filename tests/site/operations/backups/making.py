"""Bundles of few bytes, made by the writer of the real ones."""

from pathlib import Path
from typing import Any

from clinic_site.operations.backups.archive import Writer
from clinic_site.operations.backups.manifest import SETTINGS, Manifest
from clinic_site.sealing.keys import WITNESS
from clinic_site.sealing.tokens import seal

FACTS: dict[str, Any] = {
    "release": "0.2.0",
    "database": "sqlite",
    "made_at": "2026-11-28T14:30:00+00:00",
    "site": "https://clinic.example",
    "identity": "",
    "keys": ["0badcafe"],
}


def small_bundle(path: Path, *, also: dict[str, bytes] | None = None, **changes: Any) -> Path:
    manifest = Manifest(**{**FACTS, "key_witness": seal(WITNESS), **changes})
    with path.open("wb") as file:
        writer = Writer(file)
        writer.add_bytes(manifest.database_member, b"rows " * 300)
        for name, data in {"private/OWNER": b"nobody\n", **(also or {})}.items():
            writer.add_bytes(name, data)
        writer.add_bytes(SETTINGS, b"DEBUG=\n")
        writer.finish(manifest)
    return path
