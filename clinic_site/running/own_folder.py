"""What lies under VAR_DIR is for the site's own user alone: database, letters, mail, trial secrets.

`environment.load` lets every process make files that way. This closes what an earlier release, a
copy or another hand left open, and gives what root made there to the user whose folder it is.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from clinic_site.running.environment import FOR_OTHERS

NAMES = {"static", "media", "leaflets", "private", "mail", "backups", "restoring", "secrets.env"}
NAMES |= {"static-names", "static-new", "prepare.lock", "prepared", "pages-changed"}
DATABASE = "clinic.sqlite3"
# A descriptor that only names a file. One that opens it would, when it is closed, take from this
# process every lock that SQLite holds on it, and then two processes may write into one another
# (https://www.sqlite.org/howtocorrupt.html, 2.2). Linux has such descriptors.
O_PATH = getattr(os, "O_PATH", 0)
ONLY_NAMED = os.O_RDONLY | os.O_NOFOLLOW | (O_PATH or os.O_NONBLOCK)


def open_to_others() -> list[Path]:
    """Files and folders of the site that another user of the machine may read, enter or change."""
    return [path for path, descriptor in everything() if is_open(os.fstat(descriptor))]


def close_to_others() -> int:
    """Take from others what is open to them; how many files and folders were."""
    closed = 0
    uid, gid = owner()
    for _, descriptor in everything():
        status, named = os.fstat(descriptor), name_of(descriptor)
        with suppress(PermissionError):  # another user's: the deployment check names it
            if is_open(status):
                os.chmod(named, stat.S_IMODE(status.st_mode) & ~FOR_OTHERS)
                closed += 1
            if status.st_uid == 0 != uid and may_be_given(status):
                os.chown(named, uid, gid)
    return closed


def name_of(descriptor: int) -> str | int:
    """For what wants an open file, or a name that leads to this one and no other."""
    return f"/proc/self/fd/{descriptor}" if O_PATH else descriptor


def owner() -> tuple[int, int]:
    status = Path(settings.VAR_DIR).stat()
    return status.st_uid, status.st_gid


def is_open(status: os.stat_result) -> bool:
    return bool(status.st_mode & FOR_OTHERS)


def may_be_given(status: os.stat_result) -> bool:
    """A file with a second name may be one of the system's."""
    return stat.S_ISDIR(status.st_mode) or status.st_nlink == 1


def everything() -> Iterator[tuple[Path, int]]:
    """Each with a descriptor, so that no link that is put there meanwhile is followed."""
    top = Path(settings.VAR_DIR)
    if is_the_sites_own(top):
        yield from one(top)
        yield from inside(top)
    else:
        for path in sorted(top.iterdir()):
            if is_made_by_the_site(path.name):
                yield from one(path)
                yield from inside(path)
    for path in database_files():
        if top not in path.parents:
            yield from one(path)


def is_the_sites_own(folder: Path) -> bool:
    """Whether all in it is ours to close. It may be set to a folder that holds the code or more."""
    if folder.resolve() in [settings.BASE_DIR, *settings.BASE_DIR.parents]:
        return False
    if folder.stat().st_uid != 0:
        return True
    return all(is_made_by_the_site(path.name) for path in folder.iterdir())


def is_made_by_the_site(name: str) -> bool:
    return name in NAMES or name.startswith(DATABASE)


def database_files() -> list[Path]:
    """The file of SQLite and those beside it, which may lie elsewhere."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    main = Path(str(database["NAME"]))
    return [main.with_name(main.name + end) for end in ("", "-wal", "-shm", "-journal")]


def inside(folder: Path) -> Iterator[tuple[Path, int]]:
    if not folder.is_dir() or folder.is_symlink():
        return
    with suppress(OSError):  # another user's, who lets us not even look
        for place, folders, files, descriptor in os.fwalk(folder):
            for name in sorted([*folders, *files]):
                yield from one(Path(name), beside=descriptor, shown=Path(place) / name)


def one(
    path: Path, *, beside: int | None = None, shown: Path | None = None
) -> Iterator[tuple[Path, int]]:
    """Nothing where it is a link, gone meanwhile, or not ours to open."""
    with suppress(OSError):
        descriptor = os.open(path, ONLY_NAMED, dir_fd=beside)
        try:
            if not stat.S_ISLNK(os.fstat(descriptor).st_mode):
                yield shown or path, descriptor
        finally:
            os.close(descriptor)
