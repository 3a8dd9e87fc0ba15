"""Which files and servers a line may name: those that our settings and our code name themselves.

An error holds the path or the host that was asked. It is said as far as it is one of ours, and for
all else a sign stands or nothing.
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from clinic_site.running import database_settings

PLACES_UNDER_VAR = {
    *("private", "aside", "media", "images", "logos", "mail", "static", "OWNER", "databases"),
    *("leaflets", "clinic.sqlite3", "clinic.sqlite3-wal", "clinic.sqlite3-shm", "secrets.env"),
}
RANDOM_NAME = re.compile(r"[0-9a-f][0-9a-f-]{7,}(?:\.[a-z0-9]{1,5})?|\d{4}-\d\d-\d\d")
BUNDLE = re.compile(r"clinic-\d{8}T\d{6}Z\.tar(?:\.part)?")
CODE = {"clinic_site", "conditions", "referrals", "static", "templates", "docs", "supply_chain"}
CODE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
NAMED_FILES = ("SERVICE_FILE", "CLAMD_SOCKET")  # settings that hold one path
CONNECTING_TO = re.compile(
    r'connection to server at "([^"\s]{1,100})"(?: \([^)]{1,60}\))?, port (\d+)'
)
SMTPLIB = re.compile(r"/smtplib\.py$")


def our_file(path: Any) -> str:
    """As `var/private/…`, `backups/clinic-….tar`, `templates/base.html`, or a file that a setting
    names; empty for any other."""
    try:
        asked = Path(str(path))
        return next((named for named in names_of(asked) if named), "")
    except (ValueError, AttributeError, ImproperlyConfigured):
        return ""


def names_of(asked: Path) -> Iterator[str]:
    for setting in NAMED_FILES:
        named = getattr(settings, setting, None)
        if named and asked == Path(named):
            yield str(asked)
    yield within(asked, getattr(settings, "BACKUP_DIR", None), "backups", is_name_of_bundle)
    yield within(asked, settings.VAR_DIR, "var", is_name_under_var)
    yield of_the_code(asked)


def within(asked: Path, folder: Any, shown: str, is_ours: Any) -> str:
    """Names that are ours or random; `…` stands for any other."""
    if not folder or not asked.is_relative_to(folder):
        return ""
    parts = asked.relative_to(folder).parts
    return "/".join((shown, *(part if is_ours(part) else "…" for part in parts)))


def is_name_under_var(name: str) -> bool:
    return name in PLACES_UNDER_VAR or bool(RANDOM_NAME.fullmatch(name))


def is_name_of_bundle(name: str) -> bool:
    return bool(BUNDLE.fullmatch(name))


def of_the_code(asked: Path) -> str:
    """A file that is there and came with the release: nobody types its name."""
    if not asked.is_relative_to(settings.BASE_DIR):
        return ""
    inner = asked.relative_to(settings.BASE_DIR)
    is_ours = (
        bool(inner.parts) and inner.parts[0] in CODE and all(map(CODE_NAME.fullmatch, inner.parts))
    )
    return str(inner) if is_ours and is_there(asked) else ""


def is_there(path: Path) -> bool:
    try:
        path.lstat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def database_server(words: str) -> str:
    """`host:port` of those servers of DATABASE_URL that the words name; else empty."""
    found = CONNECTING_TO.findall(words)
    servers = database_settings.servers_of(settings.DATABASES["default"])
    wanted = [(host, port or "5432") for host, port in servers]
    return ",".join(":".join(server) for server in wanted if server in found)


def mail_server(error: BaseException) -> str:
    """`host:port` of EMAIL_URL where the error came up while it was talked to; else empty."""
    frames = traceback.extract_tb(error.__traceback__)
    if not any(SMTPLIB.search(frame.filename) for frame in frames):
        return ""
    server = getattr(settings, "MAIL_SERVER", {})
    return f"{server['host']}:{server['port']}" if server.get("host") else ""
