"""What else a prepared page follows from: our code, our templates, and a few settings."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

READ = {"conditions": "*.py", "clinic_site": "*.py", "templates": "*.html", "static/css": "*.css"}
READ |= {"referrals": "urls.py"}
LIBRARIES = ("django", "qrcode")


@cache
def code_digest() -> str:
    """A digest of every file that may change a page. Read once: after an edit the site is started
    again."""
    digest = hashlib.sha256(" ".join(map(version, LIBRARIES)).encode())
    root = Path(settings.BASE_DIR)
    for folder, pattern in READ.items():
        for path in sorted((root / folder).rglob(pattern)):
            digest.update(f"{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def digest_of(*more: Any) -> str:
    """SHA-256 of all that a prepared page follows from beside its publication, with `more`."""
    told = [settings.SITE_URL, settings.MEDIA_URL, settings.STATIC_URL, settings.DEMO]
    files = getattr(staticfiles_storage, "manifest_hash", "")
    parts = json.dumps([code_digest(), files, *told, *more])
    return hashlib.sha256(parts.encode()).hexdigest()
