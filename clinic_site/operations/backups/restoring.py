"""A bundle becomes a site again: all of it, or nothing.

Everything is proved before anything is put in its place. While RESTORING is there, no mail goes
out, whatever the database says; the hold is written before it goes. A restore that is cut off is
begun anew by the same command; one that was cut off after the database was in its place is only
finished by it.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.operations.backups import database_copy, postgresql
from clinic_site.operations.backups.archive import Reader, open_new, opened, sync_folder
from clinic_site.operations.backups.bundles import PART
from clinic_site.operations.backups.empty_place import (
    UNCHANGED,
    answering_database,
    empty_database,
    empty_folders,
    holds_somebody,
    require_empty_place,
    roots,
    stopped_site,
)
from clinic_site.operations.backups.manifest import DATABASES, Manifest
from clinic_site.operations.backups.problems import BackupProblem, in_megabytes, in_words
from clinic_site.operations.version import release
from clinic_site.running import own_folder
from clinic_site.sealing.keys import check_keys, fingerprint, sealed_fields
from clinic_site.sealing.tokens import unseal

WHY = "this site was brought back from the backup of {made:%d %B %Y, %H:%M}"
UNDONE = "What was begun is undone: the place is as empty as before."


def restore(path: Path) -> Manifest:
    """Bring a bundle back into this empty place. Raises `BackupProblem`; nothing is half done."""
    with opened(path) as reader:
        require_fitting(reader.manifest)
        require_keys(reader.manifest)
        with stopped_site():
            require_empty_place(bundled=reader.manifest.members)
            require_room(reader.manifest)
            with half_is_undone():
                stage(reader)
                put_in_place(reader.manifest)
            remove_staged()
    own_folder.close_to_others()
    return reader.manifest


def finish_cut_off() -> bool:
    """Whether a restore was cut off with all in its place: then nothing is left but to hold mail,
    which it does, and to take its folder away. What came in since stays. Raises `BackupProblem`."""
    with answering_database():
        if not placing().exists() or is_staged() or not holds_somebody():
            return False
        with stopped_site():
            make_ready(why=placing().read_text(encoding="utf-8"))
            remove_staged()
    return True


def placing() -> Path:
    """There once the files are in their place and the database comes next; why mail is held."""
    return Path(settings.RESTORING) / settings.RESTORE_PLACING


def is_staged() -> bool:
    """Whether the database still lies beside its place."""
    return any((Path(settings.RESTORING) / name).exists() for name in DATABASES.values())


def remove_staged() -> None:
    """The mark last: a folder without it would be half a restore."""
    for path in Path(settings.RESTORING).iterdir():
        if path != placing():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(settings.RESTORING)


def require_fitting(manifest: Manifest) -> None:
    """The same kind of database, and no newer release than this."""
    if manifest.database != connection.vendor:
        raise BackupProblem(
            f"The bundle holds a database of {manifest.database}, and DATABASE_URL names"
            f" {connection.vendor}. {UNCHANGED} Restore into {manifest.database}; then"
            " manage.py move_database moves it."
        )
    known = MigrationLoader(None).disk_migrations or {}
    strange = [name for app, name in manifest.migrations if is_unknown(app, name, known)]
    if strange or is_newer(manifest.release, than=release()):
        raise BackupProblem(
            f"The bundle was made by release {manifest.release}, and this is {release()}: an older"
            f" one cannot read it. {UNCHANGED} Install {manifest.release} or newer first."
        )


def is_unknown(app: str, name: str, known: Any) -> bool:
    return (app, name) not in known and any(app == one for one, _ in known)


def is_newer(version: str, *, than: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(".") if part.isdigit()]

    return bool(numbers(than)) and numbers(version) > numbers(than)


def require_keys(manifest: Manifest) -> None:
    """The keys of this place open what the bundle seals."""
    try:
        unseal(manifest.key_witness)
    except InvalidToken:
        mine = ", ".join(fingerprint(key) for key in settings.CLINIC_DATA_KEYS)
        raise BackupProblem(
            f"CLINIC_DATA_KEYS ({mine}) do not open this bundle, which was sealed with"
            f" {', '.join(manifest.keys)}. {UNCHANGED} Set the keys from the key sheet that shows"
            " these short names."
        ) from None


def require_room(manifest: Manifest) -> None:
    """On PostgreSQL the server's own disk is not asked."""
    var_dir, folder = Path(settings.VAR_DIR), target_file().parent
    needed = {var_dir: manifest.size}
    if connection.vendor == "sqlite" and folder.is_dir() and not same_disk(folder, var_dir):
        needed[folder] = manifest.members[manifest.database_member].size
    for folder, size in needed.items():
        if (free := shutil.disk_usage(folder).free) < size:
            raise BackupProblem(
                f"The disk of {folder} has {in_megabytes(free)} left and the backup needs"
                f" {in_megabytes(size)}. {UNCHANGED} Make room first."
            )


def target_file() -> Path:
    """Of SQLite."""
    return Path(str(connection.settings_dict["NAME"]))


def same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def part_of(target: Path) -> Path:
    return target.with_name(target.name + PART)


@contextmanager
def half_is_undone() -> Iterator[None]:
    """Leave the place as empty as it was, whatever happens in here."""
    try:
        with in_words(Path(settings.VAR_DIR), left=UNDONE):
            yield
    except BaseException:
        with suppress(Exception):
            undo()
        raise


def undo() -> None:
    """The folder that holds mail goes last: until then nothing could be sent."""
    empty_folders()
    if connection.vendor == "postgresql":
        empty_database()
    else:
        part_of(target_file()).unlink(missing_ok=True)
    shutil.rmtree(settings.RESTORING)


def stage(reader: Reader) -> None:
    """Write everything beside its place, each proved by its SHA-256."""
    folder = Path(settings.RESTORING)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    reader.verify(into=folder)


def put_in_place(manifest: Manifest) -> None:
    """The files, then the database, which makes a site of it."""
    staged = Path(settings.RESTORING) / manifest.database_member
    empty_folders()
    for root in roots():
        folder = Path(settings.RESTORING) / root.name
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            shutil.move(path, root / path.name)
    why = WHY.format(made=timezone.localtime(manifest.made))
    placing().write_text(why, encoding="utf-8")
    if connection.vendor == "sqlite":
        put_sqlite_in_place(staged, manifest, why=why)
    else:
        put_postgresql_in_place(staged, manifest, why=why)


def put_sqlite_in_place(staged: Path, manifest: Manifest, *, why: str) -> None:
    """Made ready under its other name; then it takes its place in one step."""
    target = target_file()
    compare(database_copy.facts_in_file(staged)["rows"], manifest)
    check_pages(staged)
    connection.close()
    connection.settings_dict["NAME"] = str(staged)
    try:
        make_ready(why=why)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(target)
    for path in own_folder.database_files()[1:]:
        path.unlink(missing_ok=True)  # the log of the empty one
    take_place(staged, target)


def take_place(staged: Path, target: Path) -> None:
    """In one step, also where it is on another disk: there it is copied to its end first."""
    if same_disk(staged, target.parent):
        staged.replace(target)
    else:
        part = part_of(target)
        part.unlink(missing_ok=True)
        with staged.open("rb") as source, open_new(part) as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        staged.unlink()
        part.replace(target)
    sync_folder(target.parent)


def check_pages(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        [[answer]] = database.execute("PRAGMA quick_check(1)").fetchall()
    if answer != "ok":
        raise BackupProblem(f"The database in the bundle is damaged. {UNDONE} Take another bundle.")


def put_postgresql_in_place(staged: Path, manifest: Manifest, *, why: str) -> None:
    empty_database()
    connection.close()
    postgresql.run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        f"--dbname={connection.settings_dict['NAME']}",
        str(staged),
        what=f"pg_restore did not end well. {UNDONE} It says",
    )
    with connection.cursor() as cursor:
        compare(database_copy.facts(cursor)["rows"], manifest)
    staged.unlink()
    make_ready(why=why)


def compare(rows: dict[str, int], manifest: Manifest) -> None:
    tables = rows.keys() | manifest.rows.keys()
    differing = [table for table in sorted(tables) if rows.get(table) != manifest.rows.get(table)]
    if differing:
        table = differing[0]
        raise BackupProblem(
            f"{table} has {rows.get(table)} rows and should have {manifest.rows.get(table)}."
            f" {UNDONE} Take another bundle."
        )


def make_ready(*, why: str) -> None:
    """Before anybody uses it: the keys fit, the tables are this release's, and mail is held."""
    check_keys()
    call_command("migrate", verbosity=0, interactive=False, stderr=StringIO())
    hold: Callable[..., object] = import_string(settings.BACKUP_ASKS["hold_mail"])
    hold(why=why)


def opened_values() -> int:
    """Open one value of every sealed column; how many. Raises `InvalidToken`."""
    count = 0
    quote = connection.ops.quote_name
    for model, field in sealed_fields():
        table, column = quote(model._meta.db_table), quote(str(field.column))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1")
            row = cursor.fetchone()
        if row:
            unseal(row[0])
            count += 1
    return count
