"""Private storage: sealed files under names that say nothing, readable by this user alone."""

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from clinic_site.sealing.tokens import is_newest, reseal_bytes, seal_bytes, unseal_bytes
from referrals.files.private_folder import (
    PART,
    days_aside,
    home,
    kept_in,
    own_folders,
    places,
    root,
    sync_folder,
    write_through,
)

# Referrals without files, mail and logs need room to go on: files are refused before it runs out.
LEAST_SPARE, MOST_SPARE = 100 * 1024 * 1024, 2 * 1024**3
SPARE_SHARE = 20  # of the disk: five of a hundred
SPARE_NAMES = 200  # a disk can also run out of names for files
ONE_LETTER = 14 * 1024 * 1024  # the largest file, sealed: whoever may send files may send it
O_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def write(*, name: UUID, data: bytes) -> None:
    """Seal `data` and store it so that it outlives a power cut once this returns.

    Raises OSError where the disk is full or refuses; nothing is left behind then.
    """
    folder = home()
    sealed = seal_bytes(data)
    if room() < len(sealed):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    path = folder / str(name)
    part = path.with_suffix(PART)
    try:
        write_through(part, sealed)
        part.rename(path)
        sync_folder(folder)
    except OSError:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def room() -> int:
    """How many bytes files may still take. May be negative."""
    return room_on(root())


def room_on(folder: Path) -> int:
    disk = os.statvfs(existing(folder))
    if disk.f_files and disk.f_favail < SPARE_NAMES:
        return 0
    whole = disk.f_blocks * disk.f_frsize
    spare = min(max(whole // SPARE_SHARE, LEAST_SPARE), MOST_SPARE)
    return disk.f_bavail * disk.f_frsize - spare


def is_writable() -> bool:
    return os.access(existing(root()), os.W_OK | os.X_OK)


def takes_files() -> bool:
    """Whether a sender's file can be stored, so that nobody chooses one for nothing."""
    try:
        return is_writable() and room() >= ONE_LETTER
    except OSError:
        return False


def existing(folder: Path) -> Path:
    """The folder, or what it will be made in."""
    return next(path for path in [folder, *folder.parents] if path.exists())


def read(*, name: UUID) -> bytes:
    """The content as sent. Raises FileNotFoundError, or InvalidToken where it was changed."""
    for folder in places():
        with suppress(FileNotFoundError, IsADirectoryError):
            return unseal_bytes(read_plain(folder / str(name)))
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(name))


def read_plain(path: Path) -> bytes:
    """The bytes of a file that is no link; a link counts as no file at all."""
    try:
        descriptor = os.open(path, O_PLAIN)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FileNotFoundError(errno.ENOENT, "a link lies here", str(path)) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def present() -> dict[str, int]:
    """Every file there is, by name, with its size on the disk."""
    return {kept.path.name: kept.size for folder in places() for kept in kept_in(folder)}


def sizes_of(names: Iterable[UUID]) -> dict[UUID, int]:
    """Bytes on the disk, sealed, of those that are there. A link counts as no file at all."""
    folders = places()
    found = {name: size_in(folders, str(name)) for name in names}
    return {name: size for name, size in found.items() if size is not None}


def size_in(folders: list[Path], name: str) -> int | None:
    for folder in folders:
        with suppress(OSError):  # a disk that fails shows as a file that is not there
            status = (folder / name).lstat()
            if stat.S_ISREG(status.st_mode):
                return status.st_size
    return None


def is_there(*, name: UUID) -> bool:
    return name in sizes_of([name])


def reseal() -> int:
    """Bring every file to the newest key; the number that was changed. May be run again.

    Raises `InvalidToken` where a file opens with none of the keys: it is left as it is.
    """
    changed = 0
    for path in stored():
        with suppress(FileNotFoundError):  # it may have been purged or moved meanwhile
            sealed = path.read_bytes()
            if not is_newest(sealed):
                replace(path, reseal_bytes(sealed))
                changed += 1
    return changed


def replace(path: Path, sealed: bytes) -> None:
    """Put other bytes in the place of a file, which keeps its age and its owner."""
    part = path.with_suffix(PART)
    part.unlink(missing_ok=True)
    write_through(part, sealed)
    try:
        was = path.stat()
        os.utime(part, ns=(was.st_atime_ns, was.st_mtime_ns))
        with suppress(PermissionError):  # root may rotate keys, and the site must read on
            os.chown(part, was.st_uid, was.st_gid)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def stored() -> list[Path]:
    """Every file of this database, also what was set aside."""
    days = [day for folder in own_folders() for day, _ in days_aside(folder)]
    return sorted(kept.path for folder in [*own_folders(), *days] for kept in kept_in(folder))


def remove(*, name: UUID) -> None:
    """Unlink it where it is this database's own; another's folder is left as it is."""
    for folder in own_folders():
        (folder / str(name)).unlink(missing_ok=True)
