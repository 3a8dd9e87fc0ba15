"""A bundle is brought back only where nothing can be lost by it.

Empty is: no tables, or a site that was just set up: no enquiry, no account, no file. So a new
server may have been installed and prepared before.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error as AnyDatabaseError
from django.db import ProgrammingError, connection, transaction

from clinic_site.health import run_check
from clinic_site.operations.backups.problems import BackupProblem
from clinic_site.running.announcing import database_name
from clinic_site.running.in_use import InUse, nobody_else

UNCHANGED = "Nothing was changed."
OWNER = "OWNER"  # whose folder it is: a site that was just set up has claimed it


@contextmanager
def stopped_site() -> Iterator[None]:
    """Neither web nor mail runs here, and none can start. Raises `BackupProblem`."""
    with ExitStack() as held:
        try:
            held.enter_context(nobody_else())
        except InUse:
            raise BackupProblem(
                f"The site runs, or is being moved. {UNCHANGED} Stop web and mail, then try again."
            ) from None
        except OSError:
            raise BackupProblem(
                f"This user cannot write into {settings.VAR_DIR}. {UNCHANGED} Run the command as"
                " the site’s own user."
            ) from None
        yield


@contextmanager
def answering_database() -> Iterator[None]:
    try:
        yield
    except AnyDatabaseError as error:
        raise BackupProblem(
            f"{database_name()} does not answer. {UNCHANGED} Start it, and see DATABASE_URL."
        ) from error


def require_empty_place(*, bundled: Collection[str] = ()) -> None:
    """Raise `BackupProblem` where the database or a folder holds something, or a site runs.

    What a restore that was cut off has put there is no obstacle. `bundled` are the names in the
    bundle: where there are tables, somebody may have sent a letter since, which is none of them.
    """
    require_folders()
    with answering_database():
        require_empty_database()
        require_stopped_site()
        may_hold = bool(connection.introspection.table_names())
    was_cut_off = Path(settings.RESTORING).exists()
    for root in roots():
        for found in files_in(root):
            is_half = f"{root.name}/{found.relative_to(root).as_posix()}" in bundled
            if not was_cut_off or (may_hold and not is_half):
                raise BackupProblem(
                    f"{root} is not empty ({found.name} lies there). {UNCHANGED} Move what is in it"
                    " to another place first."
                )


def require_folders() -> None:
    """Files of a bundle go into folders, where each is proved before anything is in its place."""
    if "letters" in settings.STORAGES:
        raise BackupProblem(
            f"A backup is brought back into folders. {UNCHANGED} Take OBJECT_STORE_URL out of the"
            " settings and restore. Then put it back, and run manage.py move_files --to store."
        )


def roots() -> list[Path]:
    return [Path(settings.PRIVATE_ROOT), Path(settings.MEDIA_ROOT)]


def files_in(root: Path) -> Iterator[Path]:
    for place, _, names in os.walk(root):
        yield from (Path(place) / name for name in names if name != OWNER)


def require_empty_database() -> None:
    if holds_somebody():
        how = "createdb a new one" if connection.vendor == "postgresql" else "move the file away"
        raise BackupProblem(
            f"{database_name()} is not empty. {UNCHANGED} A backup is brought back only into an"
            f" empty place: {how}, or set DATABASE_URL to another."
        )


def holds_somebody() -> bool:
    """Whether there is an enquiry or an account, or tables that are not of this site."""
    there = set(connection.introspection.table_names())
    models = [apps.get_model(settings.ENQUIRY_MODEL), get_user_model()]
    if not there:
        return False
    if any(model._meta.db_table not in there for model in models):
        return True
    return any(model._default_manager.exists() for model in models)


def require_stopped_site() -> None:
    there = bool(connection.introspection.table_names())
    if there and run_check(settings.BACKUP_ASKS["mail_process"]).ok:
        raise BackupProblem(
            f"The site ran within the last minute. {UNCHANGED} Stop web and mail, then try again."
        )
    if connection.vendor == "postgresql" and (others := other_sessions()):
        raise BackupProblem(
            f"{others} other sessions use {database_name()}. {UNCHANGED} Stop web and mail first."
        )


def other_sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def empty_folders() -> None:
    for root in roots():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)


def empty_database() -> None:
    """On PostgreSQL. Raises `BackupProblem` where this role may not."""
    if not connection.introspection.table_names():
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except ProgrammingError as error:
        raise BackupProblem(
            f"{database_name()} holds tables of a new site that this role may not drop."
            f" {UNCHANGED} Make the database anew: dropdb, then createdb."
        ) from error
