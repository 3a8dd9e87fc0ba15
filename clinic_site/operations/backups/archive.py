"""The tar file: written and read in pieces, so that letters of any size need no memory.

Members stand in this order: the database, the files, `settings.env`, `manifest.json` with the
SHA-256 of each, and last the manifest's own. A bundle that was cut short lacks the last.
"""

import hashlib
import io
import os
import stat
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

from clinic_site.operations.backups.manifest import (
    DATABASES,
    FOLDERS,
    MANIFEST,
    SEAL,
    SETTINGS,
    Manifest,
    Member,
    from_json,
)
from clinic_site.operations.backups.problems import BackupProblem

PIECE = 1024 * 1024
O_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
LARGEST_LIST = 512 * 1024 * 1024
DAMAGED = "Nothing was changed: take another bundle."


class Hashed:
    """A file that is read once, and its SHA-256 at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


class Writer:
    """Adds members to a new file. Raises OSError, also where a file is cut while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)
        self.members: dict[str, Member] = {}

    def add_path(self, name: str, path: Path) -> bool:
        """One plain file; False where it is gone, or is a link or a folder."""
        with suppress(FileNotFoundError):
            try:
                descriptor = os.open(path, O_PLAIN)
            except OSError as error:
                if path.is_symlink():
                    return False
                raise error
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if stat.S_ISREG(status.st_mode):
                    self.add(name, file, size=status.st_size, at=status.st_mtime)
                    return True
        return False

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, io.BytesIO(data), size=len(data), at=time.time())

    def add(self, name: str, file: IO[bytes], *, size: int, at: float) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(at), 0o600
        hashed: Any = Hashed(file)
        self.tar.addfile(info, hashed)
        self.members[name] = Member(size, hashed.digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        manifest.members = dict(self.members)
        listed = manifest.as_json()
        self.add_bytes(MANIFEST, listed)
        self.add_bytes(SEAL, hashlib.sha256(listed).hexdigest().encode())
        self.tar.close()


class Reader:
    """A bundle that is read. Everything raises `BackupProblem` where it is not whole."""

    def __init__(self, tar: tarfile.TarFile, path: Path) -> None:
        self.tar, self.path = tar, path
        self.found = {info.name: info for info in self.all_headers()}
        self.manifest = self.read_manifest()
        self.compare_lists()

    def all_headers(self) -> list[tarfile.TarInfo]:
        with self.damage_in_words():
            return self.tar.getmembers()

    def read_manifest(self) -> Manifest:
        if list(self.found)[-2:] != [MANIFEST, SEAL]:
            raise BackupProblem(f"{self.path} was cut short: its end is missing. {DAMAGED}")
        listed, proof = self.small(MANIFEST), self.small(SEAL)
        if hashlib.sha256(listed).hexdigest().encode() != proof:
            raise BackupProblem(f"{self.path} was changed: its list is not as written. {DAMAGED}")
        return from_json(listed)

    def small(self, name: str) -> bytes:
        with self.damage_in_words():
            file = self.tar.extractfile(self.found[name])
            return file.read(LARGEST_LIST) if file else b""

    def compare_lists(self) -> None:
        """What lies in it is what it lists, and nothing that would land elsewhere."""
        listed = self.manifest.members
        there = {name for name in self.found if name not in {MANIFEST, SEAL}}
        strange = [name for name in there if not (self.found[name].isreg() and is_ours(name))]
        if strange or there != set(listed) or self.manifest.database_member not in there:
            raise BackupProblem(f"{self.path} does not hold what it lists. {DAMAGED}")

    def verify(self, into: Path | None = None) -> None:
        """Read every member to its end and compare its SHA-256; write it under `into`, if given.

        Raises OSError where `into` cannot be written.
        """
        for name, member in self.manifest.members.items():
            with open_new(into / name) if into else open(os.devnull, "wb") as target:
                if self.copy(name, target) != member:
                    raise BackupProblem(
                        f"{self.path} is damaged: {name} is not as it was written. {DAMAGED}"
                    )
                if into:
                    target.flush()
                    os.fsync(target.fileno())
            if into:
                at = self.found[name].mtime
                os.utime(into / name, (at, at))

    def copy(self, name: str, target: IO[bytes]) -> Member:
        digest, size = hashlib.sha256(), 0
        with self.damage_in_words():
            source = self.tar.extractfile(self.found[name])
        while source:  # compare_lists: a plain file
            with self.damage_in_words():
                piece = source.read(PIECE)
            if not piece:
                break
            digest.update(piece)
            size += len(piece)
            target.write(piece)
        return Member(size, digest.hexdigest())

    @contextmanager
    def damage_in_words(self) -> Iterator[None]:
        try:
            yield
        except (tarfile.TarError, OSError, EOFError, ValueError) as error:
            raise BackupProblem(f"{self.path} is damaged or was cut short. {DAMAGED}") from error


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Raises `BackupProblem` where it is not there, or is no bundle, or not a whole one."""
    try:
        tar = tarfile.TarFile(path)
    except FileNotFoundError:
        raise BackupProblem(f"{path} is not there. Nothing was changed.") from None
    except PermissionError:
        raise BackupProblem(
            f"{path} may not be read by this user. Nothing was changed: run the command as the"
            " site’s own user."
        ) from None
    except (tarfile.TarError, OSError) as error:
        raise BackupProblem(f"{path} is no bundle, or is damaged. {DAMAGED}") from error
    with tar:
        yield Reader(tar, path)


def is_ours(name: str) -> bool:
    """Whether it is a name that a backup writes: nothing else is put anywhere."""
    parts = PurePosixPath(name).parts
    if name in {SETTINGS, *DATABASES.values()}:
        return True
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\0" not in name


def open_new(path: Path) -> IO[bytes]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600), "wb")


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
