"""Whose folder is it? What belongs to another database is never moved, changed or removed.

    PRIVATE_ROOT/
        OWNER               the identity of the database whose files lie here
        <uuid>              a sealed file
        <uuid>.part         one that is being written
        aside/2026-11-28/   files that no row named on that day
        <identity>/         the same again for another database that was pointed at this folder

So a site that is started on the wrong database still takes letters, into a folder of its own in
there, and hides and harms nothing. Reading looks in every place: a name is random, it cannot be
somebody else's by chance.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings

from clinic_site.database_identity import database_identity, known_identity
from referrals.files import disk

OWNER = "OWNER"
PART = ".part"
ASIDE = "aside"
O_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
NOBODY_WE_KNOW = UUID(int=0)  # an owner's file that cannot be read names nobody, and not us
OWNER_WORDS = """{identity}

The files in this folder belong to the clinic's database with this number. They are sealed.
A site on another database leaves them alone. Keep this file with them.
"""


class Kept(NamedTuple):
    """A sealed file as it lies on the disk. `stored` is seconds since 1970."""

    path: Path
    size: int
    stored: float


def root() -> Path:
    return Path(settings.PRIVATE_ROOT)


def owner() -> UUID | None:
    """The identity that the folder bears; None where it bears none."""
    try:
        first_line = (root() / OWNER).read_text(encoding="utf-8").partition("\n")[0]
        return UUID(first_line.strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return NOBODY_WE_KNOW


def claim(identity: UUID) -> None:
    """Let the folder bear this identity, unless somebody was faster. Raises OSError."""
    whole = root() / f"{uuid4()}{PART}"
    write_through(whole, OWNER_WORDS.format(identity=identity).encode())
    try:
        link_or_copy(whole, root() / OWNER)
    except FileExistsError:
        return
    finally:
        whole.unlink(missing_ok=True)
    sync_folder(root())


def link_or_copy(whole: Path, target: Path) -> None:
    """All of it or nothing, and never over another's; some disks know no links."""
    try:
        os.link(whole, target)
    except FileExistsError:
        raise
    except OSError:
        write_through(target, whole.read_bytes())


def home() -> Path:
    """Where this database's new files go; made, and claimed if it is empty. Raises OSError."""
    mine = database_identity()
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner() is None and not any(names_in(root())):
        claim(mine)
    folder = root() if owner() == mine else root() / str(mine)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def own_folders() -> list[Path]:
    """The folders whose files are this database's own, to tidy up and to seal anew."""
    mine = known_identity()
    if mine is None:
        return []
    found = [root()] if owner() == mine else []
    inner = root() / str(mine)
    return [*found, inner] if is_plain_folder(inner) else found


def places() -> Iterator[Path]:
    """Every folder in which a file of ours may lie, the likeliest first."""
    mine = known_identity()
    folders = [root(), *([root() / str(mine)] if mine else [])]
    yield from folders
    yield from (day for folder in folders for day, _ in days_aside(folder))


def days_aside(folder: Path) -> list[tuple[Path, date]]:
    """The folders of what was set aside, the oldest first."""
    found = []
    for entry in entries(folder / ASIDE):
        with suppress(ValueError):
            found.append((Path(entry.path), date.fromisoformat(entry.name)))
    return sorted(found)


def kept_in(folder: Path) -> Iterator[Kept]:
    """Every sealed file in one folder: a plain file with a name that we give."""
    for entry in entries(folder):
        if is_file_name(entry.name) and entry.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):  # moved or removed meanwhile
                found = entry.stat(follow_symlinks=False)
                yield Kept(Path(entry.path), found.st_size, found.st_mtime)


def names_in(folder: Path) -> Iterator[str]:
    for entry in entries(folder):
        if is_file_name(entry.name) and entry.is_file(follow_symlinks=False):
            yield entry.name


def halves_in(folder: Path) -> Iterator[Kept]:
    """Files that were cut off while they were written."""
    for entry in entries(folder):
        name = entry.name.removesuffix(PART)
        if name != entry.name and is_file_name(name) and entry.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):
                found = entry.stat(follow_symlinks=False)
                yield Kept(Path(entry.path), found.st_size, found.st_mtime)


def strange_in(folder: Path) -> int:
    """How many things lie here that this site never puts here: links, notes, other files."""
    return sum(not is_expected(entry) for entry in entries(folder))


def is_expected(entry: "os.DirEntry[str]") -> bool:
    if entry.is_dir(follow_symlinks=False):
        return entry.name == ASIDE or is_file_name(entry.name)
    name = entry.name.removesuffix(PART)
    return entry.is_file(follow_symlinks=False) and (name == OWNER or is_file_name(name))


def other_databases() -> int:
    """How many other databases have left files in folders of their own in here."""
    mine = str(known_identity())
    return sum(
        any(names_in(Path(entry.path)))
        for entry in entries(root())
        if entry.is_dir(follow_symlinks=False) and is_file_name(entry.name) and entry.name != mine
    )


def entries(folder: Path) -> Iterable["os.DirEntry[str]"]:
    """What lies in a folder; nothing where there is no such folder."""
    if not is_plain_folder(folder) and folder != root():
        return []
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
        return list(found)
    return []


def is_plain_folder(path: Path) -> bool:
    """A folder, and not a link to one."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def is_file_name(name: str) -> bool:
    """Whether it is a name as we give it: a UUID in its usual form."""
    with suppress(ValueError):
        return str(UUID(name)) == name
    return False


def write_through(path: Path, data: bytes) -> None:
    """Write a new file that is on the disk when this returns; none where that fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            give_to_the_folders_owner(descriptor, path.parent)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def give_to_the_folders_owner(descriptor: int, folder: Path) -> None:
    """A command that root ran must not hide a file from the user of the site."""
    if os.geteuid() == 0:
        status = folder.stat()
        with suppress(PermissionError):
            os.fchown(descriptor, status.st_uid, status.st_gid)


def sync_folder(folder: Path) -> None:
    """A new name is safe only once its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(path: Path, folder: Path) -> bool:
    """Give a file another folder on the same disk, never over another file; False if it is gone.

    Cut off at any point, it lies in one of the two, and reading looks in both.
    """
    target = folder / path.name
    if target.exists():
        return False
    try:
        path.rename(target)
    except FileNotFoundError:
        return False  # another mail process did it
    sync_folder(folder)
    sync_folder(path.parent)
    return True


def room() -> int:
    return disk.room_on(root())


def is_writable() -> bool:
    return os.access(disk.existing(root()), os.W_OK | os.X_OK)


def put(name: str, sealed: bytes) -> None:
    """Store a file so that it outlives a power cut once this returns.

    Raises OSError where the disk is full or refuses; nothing is left behind then.
    """
    write(home() / name, sealed)


def write(path: Path, sealed: bytes) -> None:
    """The same in any folder of this database."""
    if room() < len(sealed):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    part = path.with_suffix(PART)
    try:
        write_through(part, sealed)
        part.rename(path)
        sync_folder(path.parent)
    except OSError:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def get(path: Path) -> bytes:
    """The bytes of a file that is no link; a link counts as no file at all."""
    try:
        descriptor = os.open(path, O_PLAIN)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FileNotFoundError(errno.ENOENT, "a link lies here", str(path)) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def size_of(path: Path) -> int | None:
    """Bytes of a file; None where none lies here. A link counts as no file at all."""
    with suppress(OSError):  # a disk that fails shows as a file that is not there
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            return status.st_size
    return None


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


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def erase(paths: Iterable[Path]) -> None:
    """Remove them, and make sure that no power cut brings one back."""
    touched = set()
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            touched.add(path.parent)
    for folder in touched:
        sync_folder(folder)


def aside_folder(folder: Path, day: date) -> Path:
    for made in [folder / ASIDE, folder / ASIDE / day.isoformat()]:
        made.mkdir(mode=0o700, exist_ok=True)
        sync_folder(made.parent)
    return folder / ASIDE / day.isoformat()


def remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
