"""Whether code and settings are the same as when the system checks last found nothing."""

import hashlib
import os
from pathlib import Path

from django.conf import settings

ASKED = ("clinic_site", "conditions", "referrals", "templates")
ENDINGS = (".py", ".html", ".txt", ".toml")


def was_noted() -> bool:
    path = stamp()
    return path.exists() and path.read_text() == digest()


def note_code() -> None:
    stamp().write_text(digest())


def stamp() -> Path:
    return Path(settings.VAR_DIR) / "prepared"


def digest() -> str:
    """Of place, size and age of every file, the locked packages, and settings that checks ask."""
    found = hashlib.sha256(f"{settings.DEBUG} {settings.SITE_URL} {settings.DATABASES}".encode())
    for path in [settings.BASE_DIR / "requirements.txt", *sources()]:
        status = path.stat()
        found.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()


def sources() -> list[Path]:
    paths = []
    for name in ASKED:
        for folder, inner, files in os.walk(settings.BASE_DIR / name):
            inner.sort()
            paths += [Path(folder, each) for each in sorted(files) if each.endswith(ENDINGS)]
    return paths
