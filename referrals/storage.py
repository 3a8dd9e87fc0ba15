"""Private storage: sealed files under names that say nothing, readable by this user alone."""

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from clinic_site.sealing import is_newest, reseal_bytes, seal_bytes, unseal_bytes

# The database needs room to go on writing: files are refused before it runs out.
SPARE_BYTES = 100 * 1024 * 1024
PART = ".part"


def path_of(name: UUID) -> Path:
    return Path(settings.PRIVATE_ROOT) / str(name)


def write(*, name: UUID, data: bytes) -> None:
    """Seal `data` and store it so that it outlives a power cut once this returns.

    Raises OSError where the disk is full or refuses; nothing is left behind then.
    """
    folder = Path(settings.PRIVATE_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal_bytes(data)
    if shutil.disk_usage(folder).free < len(sealed) + SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    part = path_of(name).with_suffix(PART)
    try:
        write_through(part, sealed)
        part.rename(path_of(name))
        sync_folder(folder)
    except OSError:
        part.unlink(missing_ok=True)
        path_of(name).unlink(missing_ok=True)
        raise


def write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A new name is safe only once its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(*, name: UUID) -> bytes:
    """The content as sent. Raises FileNotFoundError, or InvalidToken where it was changed."""
    return unseal_bytes(path_of(name).read_bytes())


def reseal() -> int:
    """Bring every file to the newest key; the number that was changed. May be run again.

    Raises `InvalidToken` where a file opens with none of the keys: it is left as it is.
    """
    changed = 0
    for path in stored():
        sealed = path.read_bytes()
        if not is_newest(sealed):
            part = path.with_suffix(PART)
            part.unlink(missing_ok=True)
            write_through(part, reseal_bytes(sealed))
            if path.exists():  # it may have been purged meanwhile
                part.rename(path)
            changed += 1
    if changed:
        sync_folder(Path(settings.PRIVATE_ROOT))
    return changed


def stored() -> list[Path]:
    folder = Path(settings.PRIVATE_ROOT)
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(path for path in found if path.suffix != PART)


def remove(*, name: UUID) -> None:
    path_of(name).unlink(missing_ok=True)


def older_than(moment: datetime) -> Iterator[Path]:
    """Every stored or half-written file that was last touched before `moment`."""
    folder = Path(settings.PRIVATE_ROOT)
    for path in folder.iterdir() if folder.is_dir() else []:
        if path.stat().st_mtime < moment.timestamp():
            yield path
