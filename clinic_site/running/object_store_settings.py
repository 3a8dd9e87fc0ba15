"""Settings of files: in folders, or in a store that several machines share (OBJECT_STORE_URL).

Nothing of the store's library is loaded here, nor anywhere else without that setting.
"""

from typing import Any
from urllib.parse import urlsplit

from clinic_site.running.unsafe.hosts import is_loopback
from clinic_site.running.unsafe.values import Values

env = Values()
FOLDER = "django.core.files.storage.FileSystemStorage"
STORE = "clinic_site.storing.object_store.ObjectStore"
EXAMPLE = "https://store.example/clinic-files"
USUAL_REGION = "us-east-1"  # what stores of other makers call theirs


def url() -> str:
    return env.str("OBJECT_STORE_URL", default="").strip().rstrip("/")


def problem() -> str:
    """A sentence, or empty. No value is repeated."""
    if not url():
        return ""
    try:
        parts = urlsplit(url())
        is_read = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_read = False
    if not is_read or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        return f"OBJECT_STORE_URL is no address of a store: write {EXAMPLE}."
    if parts.username is not None:
        return "OBJECT_STORE_URL holds a user: write that into OBJECT_STORE_KEY_ID."
    if len(parts.path.strip("/").split("/")) != 1 or not parts.path.strip("/"):
        return f"OBJECT_STORE_URL must end with the name of one bucket: write {EXAMPLE}."
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "OBJECT_STORE_URL must start with https, as files would travel in the open."
    lacking = [name for name in ("KEY_ID", "SECRET") if not env.str(f"OBJECT_STORE_{name}", "")]
    if lacking:
        return f"OBJECT_STORE_{lacking[0]} is missing: the store gave you one with the bucket."
    return ""


def storages() -> dict[str, dict[str, Any]]:
    """Of Django's STORAGES: pictures of staff, and `letters` only where they lie in a store."""
    if not url():
        return {"default": {"BACKEND": FOLDER}}
    endpoint, _, bucket = url().rpartition("/")
    options = {
        "endpoint_url": endpoint,
        "bucket_name": bucket,
        "access_key": env.str("OBJECT_STORE_KEY_ID", default=""),
        "secret_key": env.str("OBJECT_STORE_SECRET", default=""),
        "region_name": env.str("OBJECT_STORE_REGION", default="") or USUAL_REGION,
    }
    return {
        "default": {"BACKEND": STORE, "OPTIONS": {**options, "location": "media"}},
        "letters": {"BACKEND": STORE, "OPTIONS": {**options, "location": "private"}},
    }
