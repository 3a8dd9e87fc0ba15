"""Which bundles there are: `clinic-20261128T143000Z.tar`, one file each, named for its moment."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

NAME = re.compile(r"clinic-(\d{8}T\d{6}Z)\.tar")
STAMP = "%Y%m%dT%H%M%SZ"
PART = ".part"  # one that is being made
KEEP = ".keep"  # an empty file beside a bundle, by whoever needs it: `<bundle>.keep`
AHEAD = timedelta(hours=1)  # a bundle that is later than this was made by a wrong clock


class Bundle(NamedTuple):
    path: Path
    made_at: datetime  # in UTC: when it was begun


def bundles(folder: Path | None = None) -> list[Bundle]:
    """All that are complete, newest first; none where there is no such folder."""
    folder = folder or Path(settings.BACKUP_DIR)
    try:
        found = [Bundle(path, moment) for path in folder.iterdir() if (moment := made_at(path))]
    except OSError:
        return []
    return sorted(found, key=lambda bundle: bundle.made_at, reverse=True)


def newest_bundle() -> Bundle | None:
    """The newest in BACKUP_DIR: its path, and when it was made. None where there is none. Nobody
    knows how old one from the future is, so that none of them counts."""
    latest = timezone.now() + AHEAD
    return next((bundle for bundle in bundles() if bundle.made_at <= latest), None)


def made_at(path: Path) -> datetime | None:
    """The moment in its name; None where it is no name of ours."""
    match = NAME.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], STAMP).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def name_for(moment: datetime) -> str:
    return f"clinic-{moment.astimezone(UTC).strftime(STAMP)}.tar"
