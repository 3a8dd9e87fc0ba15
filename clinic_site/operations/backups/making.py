"""One bundle, made while people use the site.

The database comes first and the files after it: a letter is on the disk before its row is there,
so every row of the copy finds its letter. What a purge removes meanwhile is counted and no fault;
what the site itself no longer has is named.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from clinic_site.operations.backups import database_copy, settings_copy
from clinic_site.operations.backups.archive import Writer, opened, sync_folder
from clinic_site.operations.backups.bundles import PART, Bundle, name_for
from clinic_site.operations.backups.database_copy import NOTHING_MADE
from clinic_site.operations.backups.manifest import DATABASES, SETTINGS, Manifest
from clinic_site.operations.backups.problems import BackupProblem, in_megabytes, in_words
from clinic_site.operations.backups.site_files import files_to_keep
from clinic_site.operations.version import release
from clinic_site.running import own_folder
from clinic_site.sealing.keys import fingerprint

LOCK = ".backup.lock"


class Made:
    """A new bundle and its list."""

    def __init__(self, bundle: Bundle, manifest: Manifest) -> None:
        self.bundle, self.manifest = bundle, manifest
        self.size = bundle.path.stat().st_size


def make_backup(folder: Path) -> Made:
    """Make a bundle in `folder`. Raises `BackupProblem`, and leaves no half of one."""
    with in_words(folder, left=NOTHING_MADE):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(folder):
            remove_halves(folder)
            require_room(folder)
            try:
                return write_bundle(folder)
            finally:
                remove_halves(folder)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One backup at a time."""
    descriptor = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, mode=0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupProblem(f"Another backup into {folder} is running.") from None
        yield
    finally:
        os.close(descriptor)


def remove_halves(folder: Path) -> None:
    for path in folder.glob(f"clinic-*{PART}*"):  # also what SQLite lays beside its copy
        path.unlink(missing_ok=True)


def require_room(folder: Path) -> None:
    """The database lies there twice for a while: as a file, and in the bundle."""
    files = sum(file.size for file in files_to_keep())
    needed = files + 2 * database_copy.size()
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupProblem(
            f"The disk of {folder} has {in_megabytes(free)} left and the backup needs about"
            f" {in_megabytes(needed)}. {NOTHING_MADE} Make room, or name another folder."
        )


def write_bundle(folder: Path) -> Made:
    begun = datetime.now(UTC).replace(microsecond=0)
    path = folder / name_for(begun)
    if path.exists():
        raise BackupProblem(f"{path} is there already. {NOTHING_MADE} Wait a second.")
    part = path.with_name(path.name + PART)
    names_before = names_in_rows()
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=0o600), "w+b") as file:
        give_to_owner(file.fileno(), folder)
        writer = Writer(file)
        manifest = begin_manifest(begun)
        add_database(writer, manifest, part)
        add_files(writer, manifest, names_before)
        writer.add_bytes(SETTINGS, settings_copy.as_env_file())
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
    with opened(part) as reader:  # as the disk gives it back
        reader.verify()
    part.rename(path)
    sync_folder(folder)
    return Made(Bundle(path, begun), manifest)


def begin_manifest(begun: datetime) -> Manifest:
    return Manifest(
        release=release(),
        database=connection.vendor,
        made_at=begun.isoformat(),
        site=settings.SITE_URL,
        identity="",
        key_witness="",
        keys=[fingerprint(key) for key in settings.CLINIC_DATA_KEYS],
    )


def add_database(writer: Writer, manifest: Manifest, part: Path) -> None:
    copy = part.with_name(f"{part.name.removesuffix(PART)}.database{PART}")
    for name, value in database_copy.copy_to(copy).items():
        setattr(manifest, name, value)
    writer.add_path(DATABASES[connection.vendor], copy)
    copy.unlink()


def add_files(writer: Writer, manifest: Manifest, names_before: set[str]) -> None:
    """All files, and once more what moved between two folders while it was looked for."""
    for file in files_to_keep():
        file.add_to(writer)
    expected = names_before & names_in_rows()
    lacking = expected - bundled(writer)
    for file in files_to_keep() if lacking else []:
        if file.name.rpartition("/")[2] in lacking:
            file.add_to(writer)
    manifest.missing_files = sorted(expected - bundled(writer))
    manifest.removed_meanwhile = len(names_before - expected)


def bundled(writer: Writer) -> set[str]:
    return {name.rpartition("/")[2] for name in writer.members if name.startswith("private/")}


def names_in_rows() -> set[str]:
    """Of every file that a row of the database names."""
    found: set[str] = import_string(settings.BACKUP_ASKS["names_of_files"])()
    return found


def give_to_owner(descriptor: int, folder: Path) -> None:
    """What root makes belongs to the user whose folder it is."""
    if os.geteuid() == 0:
        status = folder.stat()
        os.fchown(descriptor, status.st_uid, status.st_gid)


def close_what_root_made() -> None:
    if os.geteuid() == 0:
        own_folder.close_to_others()
