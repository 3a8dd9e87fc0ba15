"""The database: is it there, of this release, whole, and does its clock agree with ours?"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone

from clinic_site.models import SignInEvent
from clinic_site.operations.doctor.finding import Finding, Level, asks, hint, well, within
from clinic_site.running.announcing import database_name

SECONDS = 5
NAMED = re.compile(r'CONSTRAINT "([^"]+)"')
MAY_DIFFER = timedelta(seconds=30)
IN_THE_FUTURE = timedelta(minutes=5)
# What drivers say when they cannot connect, and what it means. Theirs may name user and file.
REASONS = [
    ("password authentication failed|no password supplied", "it refuses the user or the password"),
    (r"role .* does not exist", "it knows no such user"),
    (r"database .* does not exist", "it has no database of that name"),
    ("pg_hba", "it lets nobody in from this machine (pg_hba.conf)"),
    ("translate host name|resolve host", "the name of its host leads nowhere"),
    ("refused", "nobody listens there"),
    ("timeout|timed out", "it said nothing in time"),
    ("invalid sslmode|certificate|SSL", "its encryption does not fit (sslmode)"),
    ("too many (clients|connections)|remaining connection slots", "all its places are taken"),
    ("unsupported startup parameter", "PgBouncer wants ignore_startup_parameters = options"),
    ("not a database|malformed", "its file is damaged: restore the newest backup"),
    ("unable to open", "its file or folder is gone, or belongs to another user"),
]
CURE = (
    "Start the database server, or see that its file and disk are there and that DATABASE_URL"
    " names the right one. Nothing behind it can be asked until then."
)


def database_finding() -> Finding:
    """Asked on a connection of its own, so that a server that hangs holds up nothing; inside a
    transaction, on the one that is open."""
    try:
        if connection.in_atomic_block:
            connection.cursor().execute("SELECT 1")
        else:
            within(SECONDS, select_one)
    except (AnyDatabaseError, OSError, ValueError) as error:
        why = reason(error)
        return Finding(
            "database", f"The database does not answer: {why} ({database_name()}).", CURE
        )
    return well("database", f"It answers ({database_name()}).")


def select_one() -> None:
    """In a thread of its own, which has its own connection."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"it said nothing in {SECONDS} seconds"
    said = str(error)
    known = (words for sign, words in REASONS if re.search(sign, said, re.IGNORECASE))
    return next(known, type(error).__name__)


@asks("Was every migration of this release made?", mend="Run manage.py prepare_site.")
def migrations() -> Iterator[Finding]:
    if made() == of_this_release():
        return
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        number = f"{len(waiting)} migration{'s wait' if len(waiting) > 1 else ' waits'}"
        yield Finding("migrations", f"{number}: pages break where they need what is missing.")
    ours = {config.label for config in apps.get_app_configs()}
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations or {})
    later = sorted(f"{app} {name}" for app, name in unknown if app in ours)
    if later:
        yield hint(
            "later migrations",
            f"The database is of a later release ({later[-1]}). Right after going back one"
            " release that is expected.",
            "Otherwise start the newest release again: an older one does not know what is there.",
        )


def made() -> set[tuple[str, str]]:
    """App and name of each migration that was made; of an app that is gone too."""
    return set(MigrationRecorder(connection).applied_migrations())


def of_this_release() -> set[tuple[str, str]]:
    """App and name of each, by the files alone: to load them costs the mail process 2 MB."""
    return {
        (config.label, module.name)
        for config in apps.get_app_configs()
        for module in iter_modules([f"{config.path}/migrations"])
    }


@asks(
    "Does the database guard what it should?",
    mend="Something rebuilt a table. Restore the newest backup beside this database and compare;"
    " each statement stands in the app’s migrations.",
    daily=False,  # they go when a table is rebuilt, and after an upgrade everything is asked
)
def constraints_and_indexes() -> Iterator[Finding]:
    """Named constraints and indexes of every model. Triggers are asked by the checks of Django."""
    tables = set(connection.introspection.table_names())
    missing: list[str] = []
    for model in apps.get_models():
        if model._meta.managed and model._meta.db_table in tables:
            missing += missing_in(model)
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if missing[5:] else "")
        yield Finding("constraints", f"Missing in the database: {shown}.")


def missing_in(model: type[Model]) -> list[str]:
    wanted = {each.name for each in [*model._meta.constraints, *model._meta.indexes]}
    if not wanted:
        return []
    with connection.cursor() as cursor:
        there = set(connection.introspection.get_constraints(cursor, model._meta.db_table))
        there |= names_in_sqlite(cursor, model._meta.db_table)
    return sorted(wanted - there)


def names_in_sqlite(cursor: Any, table: str) -> set[str]:
    """Constraints as the text of the table names them: Django loses those that follow a quoted
    backslash, as LIKE brings one."""
    if connection.vendor != "sqlite":
        return set()
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
    return {name for (sql,) in cursor.fetchall() for name in NAMED.findall(sql or "")}


@asks(
    "Is the clock right?",
    mend="Let the machine keep its clock: timedatectl set-ntp true (with systemd-timesyncd or"
    " chrony installed). Then start the site again.",
)
def clock() -> Iterator[Finding]:
    difference = abs(database_time() - timezone.now())
    if difference > MAY_DIFFER:
        seconds = f"{difference.total_seconds():.0f} seconds"
        yield Finding("clock", f"The clocks of site and database differ by {seconds}.")
    newest = SignInEvent.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and newest > timezone.now() + IN_THE_FUTURE:
        yield Finding(
            "clock went back",
            "Somebody signed in at a time that is still to come: the clock was wrong then, or is"
            " wrong now.",
        )
    if is_unkept():
        yield hint("clock is not kept", "Nothing keeps the clock of this machine right.")


def database_time() -> datetime:
    sql = {
        "postgresql": "SELECT extract(epoch from clock_timestamp())",
        "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return datetime.fromtimestamp(float(cursor.fetchone()[0]), UTC)


def is_unkept() -> bool:
    """By the word of systemd; False where there is none, as in a container."""
    command = shutil.which("timedatectl")
    if not command:
        return False
    with suppress(OSError, subprocess.SubprocessError):
        asked = [command, "show", "--property=NTPSynchronized", "--value"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=2, check=False)  # noqa: S603
        return said.stdout.strip() == "no"
    return False


@asks(
    "Is the database one for a public site?",
    mend="Move to PostgreSQL when it suits: manage.py move_database.",
)
def kind_of_database() -> Iterator[Finding]:
    if connection.vendor == "sqlite" and not settings.SITE_IS_LOOPBACK:
        yield hint(
            "sqlite",
            "A public site on SQLite: one machine alone can serve it, and one writer at a time."
            " A small practice may stay with it.",
        )
    else:
        yield Finding("sqlite", connection.vendor, level=Level.WELL)
