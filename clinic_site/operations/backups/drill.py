"""A restore in a scratch place, by the same command as in earnest, and nothing of it is left.

The scratch site is another process with a database, a folder and keys of its own: of the real one
it knows no more than a new server would.
"""

import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection

from clinic_site.operations.backups.archive import opened
from clinic_site.operations.backups.problems import BackupProblem, in_words

NOTHING = "Nothing was changed, and nothing is left behind."
SCRATCH = ".clinic-drill-"
REFUSAL = re.compile(r"^(?:CommandError|SystemCheckError): (.+)", re.MULTILINE | re.DOTALL)
OF_EVERY = re.compile(r"Site |\{")  # what every command says first, and lines of the log
LINE = re.compile(r"^[ \t]*CLINIC_DATA_KEYS[ \t]*=(.+)$", re.MULTILINE)


def keys_in(text: str) -> str:
    """The keys of a key sheet, or of a line that was typed, newest first, with commas between.

    Raises `BackupProblem` where it holds no key, or something that is none.
    """
    line = LINE.search(text)
    keys = [key.strip().strip("\"'") for key in (line[1] if line else text).split(",")]
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise BackupProblem(
                f"Key {number} has a slip: a key has 44 characters and ends with =. {NOTHING}"
                " Type the line CLINIC_DATA_KEYS as it stands on the sheet."
            ) from None
    return ",".join(keys)


def drill(bundle: Path, *, keys: str, inside: Path) -> str:
    """Restore `bundle` into a new folder in `inside`; what the restore said.

    Raises `BackupProblem` with the sentence of the restore where it did not succeed.
    """
    with opened(bundle) as reader:
        vendor = reader.manifest.database
    with ends_tidily(), in_words(inside, left=NOTHING):
        with (
            alone_in(inside),
            scratch_folder(inside) as folder,
            scratch_database(folder, vendor) as url,
        ):
            done = subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", "restore", str(bundle.absolute())],
                cwd=settings.BASE_DIR,
                env=environment(folder, url, keys),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
    if done.returncode:
        raise BackupProblem(refusal(done.stderr))
    return done.stdout.partition("\nMail is held")[0].strip()


def refusal(said: str) -> str:
    """What the restore itself said, to its end; the line of an error that nobody foresaw."""
    if match := REFUSAL.search(said):
        return match[1].strip()
    lines = [line for line in said.splitlines() if line.strip() and not OF_EVERY.match(line)]
    if not lines:
        return f"The restore did not end well. {NOTHING}"
    return lines[-1] if any(line.startswith("Traceback") for line in lines) else "\n".join(lines)


def environment(folder: Path, url: str, keys: str) -> dict[str, str]:
    """Real variables win over the file of the real site, so nothing of that is touched."""
    return {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "CLINIC_DATA_KEYS": keys,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "SECRET_KEY_FALLBACKS": "",
        "EMAIL_URL": "filemail://",
        "BACKUP_DIR": str(folder / "backups"),
        "PING_URL": "",
        "ERROR_HOOK": "",
        "OBJECT_STORE_URL": "",
        "CACHE_URL": "",
    }


@contextmanager
def alone_in(inside: Path) -> Iterator[None]:
    """One drill at a time: it takes away what another has left."""
    inside.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(inside, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupProblem(f"Another drill in {inside} is running. {NOTHING}") from None
    finally:
        os.close(descriptor)


@contextmanager
def scratch_folder(inside: Path) -> Iterator[Path]:
    for left in inside.glob(f"{SCRATCH}*"):  # of a drill that was killed
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=inside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch_database(folder: Path, vendor: str) -> Iterator[str]:
    """The address of a new database: a file, or one on the server of this site."""
    if vendor == "sqlite":
        yield f"sqlite:///{folder / 'clinic.sqlite3'}"
        return
    if connection.vendor != vendor:
        raise BackupProblem(
            f"The bundle holds a database of {vendor}, and this site has none. {NOTHING} Set"
            " DATABASE_URL to a server on which a database may be made for the drill."
        )
    drop_what_was_left()
    name = f"clinic_drill_{secrets.token_hex(6)}"
    on_server(f"CREATE DATABASE {name}")
    try:
        yield address_of(name)
    finally:
        on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def drop_what_was_left() -> None:
    """Databases of drills that were killed. One that somebody uses, or that is another role's, is
    refused by the server, and stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^clinic_drill_[0-9a-f]+$'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        with suppress(BackupProblem):
            on_server(f"DROP DATABASE {name}")


def address_of(name: str) -> str:
    """Of another database on the server of this site. It may have no host: `postgres:///clinic`."""
    parts = urlsplit(settings.DATABASE_URL)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def on_server(sql: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(sql)
    except AnyDatabaseError as error:
        role = connection.settings_dict["USER"]
        raise BackupProblem(
            f"The server made no database for the drill. {NOTHING} Let the site’s role make one:"
            f" ALTER ROLE {role} CREATEDB (and NOCREATEDB afterwards)."
        ) from error


@contextmanager
def ends_tidily() -> Iterator[None]:
    """SIGTERM ends a drill as Ctrl-C does: what it made is removed."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
