"""Settings of the cache: a table of the database, or a Redis that several machines share."""

from typing import Any
from urllib.parse import urlsplit

from clinic_site.running.unsafe.values import Values

env = Values()
TABLE = "clinic_site.web.caching.LastingCache"
SHARED = "clinic_site.web.shared_cache.SharedCache"
EXAMPLE = "redis://:password@cache.example:6379/0"
# A page must not wait long for what it can do without.
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}


def url() -> str:
    return env.str("CACHE_URL", default="").strip()


def problem() -> str:
    """A sentence, or empty. No value is repeated: it may hold a password."""
    if not url():
        return ""
    try:
        parts = urlsplit(url())
        is_read = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_read = False
    if not is_read or parts.scheme not in {"redis", "rediss"} or parts.fragment:
        return f"CACHE_URL is no address of a Redis: write {EXAMPLE}."
    return ""


def caches() -> dict[str, dict[str, Any]]:
    if not url():
        return {"default": {"BACKEND": TABLE, "LOCATION": "clinic_site_cache"}}
    serializer = "clinic_site.web.shared_cache.AsJson"
    options = {"serializer": serializer, **PATIENCE}
    shared = {"BACKEND": SHARED, "LOCATION": url(), "KEY_PREFIX": "clinic", "OPTIONS": options}
    return {"default": shared}
