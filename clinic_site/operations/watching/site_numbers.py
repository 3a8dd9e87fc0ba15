"""What the site itself knows in numbers: its release, its disks, its backup, its migrations."""

import math
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.operations.watching.numbers import Number, asks_database
from clinic_site.operations.watching.request_counts import counts

NEVER = math.inf  # as an age: an alarm on “older than” rings of itself


def release_and_start() -> Iterator[Number]:
    yield Number("clinic_info", 1, "Which release this is.", (("release", release_name()),))
    yield Number(
        "clinic_started_at_seconds", counts.since, "When the web process was started (Unix time)."
    )


def release_name() -> str:
    try:
        return str(import_string("clinic_site.operations.version.release")())
    except ImportError:
        return "unknown"


def disk() -> Iterator[Number]:
    """Each place once, though several may lie on one disk."""
    places: dict[str, Any] = {"data": settings.VAR_DIR}
    if "letters" not in settings.STORAGES:  # a store says no room
        places["letters"] = settings.PRIVATE_ROOT
    if backups := getattr(settings, "BACKUP_DIR", ""):
        places["backups"] = backups
    for place, folder in places.items():
        usage = shutil.disk_usage(nearest(Path(folder)))
        labels = (("place", place),)
        yield Number("clinic_disk_free_bytes", usage.free, "Room left on the disk.", labels)
        yield Number("clinic_disk_size_bytes", usage.total, "How large the disk is.", labels)


def nearest(folder: Path) -> Path:
    """The folder, or what it will lie in once it is made."""
    return next(place for place in [folder, *folder.parents] if place.exists())


def last_backup() -> Iterator[Number]:
    """+Inf where there is none."""
    try:
        newest = import_string("clinic_site.operations.backups.bundles.newest_bundle")()
    except ImportError:
        return
    age = (timezone.now() - newest.made_at).total_seconds() if newest else NEVER
    yield Number("clinic_last_backup_age_seconds", age, "Age of the newest backup here.")


@asks_database
def migrations() -> Iterator[Number]:
    made = MigrationRecorder(connection).applied_migrations()
    pending = len(known_migrations() - made.keys())
    yield Number("clinic_migrations_pending", pending, "Migrations that were not made yet.")


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Those of this release, which stay as long as the process."""
    return frozenset(MigrationLoader(None).graph.nodes)
