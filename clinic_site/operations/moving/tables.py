"""Which tables there are to move, in which columns, and what lies beside them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models import AutoField, BigAutoField

from clinic_site.operations.moving.columns import Column, column_of
from clinic_site.operations.moving.refusing import MoveRefused

MIGRATIONS = "django_migrations"
OURS_ONCE = {"django_session": "sessions of an older version; it is empty"}


class Table(NamedTuple):
    name: str
    key: str  # column of the primary key
    counts: bool  # whether the database numbers new rows by itself
    columns: list[Column]  # the key first


def site_tables() -> list[Table]:
    """Every table of every app. Raises `UnknownKind` for a field that cannot be compared."""
    models = apps.get_models(include_auto_created=True)
    return [table_of(model) for model in models if model._meta.managed and not model._meta.proxy]


def table_of(model: Any) -> Table:
    key = model._meta.pk
    fields = sorted(model._meta.local_concrete_fields, key=lambda field: field is not key)
    counts = isinstance(key, AutoField | BigAutoField)
    return Table(model._meta.db_table, key.column, counts, [column_of(f) for f in fields])


def left_out() -> dict[str, str]:
    """Tables that are not copied, and why."""
    caches = {
        str(cache["LOCATION"]): "what the site remembers for a while"
        for cache in settings.CACHES.values()
        if cache["BACKEND"].startswith("clinic_site.")
    }
    anew = {name: f"made anew by {command}" for name, command in settings.MADE_ANEW.items()}
    return {**caches, **anew, **OURS_ONCE, MIGRATIONS: "the same migrations, run there today"}


def is_left_out(name: str) -> bool:
    """SQLite keeps a search index in several tables, whose names begin with its own, and what it
    counts for itself in some that begin with `sqlite_`."""
    parts = [f"{index}_" for index in settings.MADE_ANEW]
    return name in left_out() or name.startswith((*parts, "sqlite_"))


def refuse_unfinished(connection: BaseDatabaseWrapper) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MoveRefused(
            "This database is not up to date with this version of the site. Run manage.py"
            " prepare_site first."
        )


def refuse_strange(connection: BaseDatabaseWrapper, *, leave: Iterable[str]) -> None:
    """What the code does not know would stay behind: whoever moves says that it may."""
    ours = {table.name: {c.name for c in table.columns} for table in site_tables()}
    there = set(connection.introspection.table_names())
    strange = {name for name in there - set(ours) - set(leave) if not is_left_out(name)}
    if strange:
        names = ", ".join(sorted(strange))
        options = " ".join(f"--leave {name}" for name in sorted(strange))
        raise MoveRefused(
            f"Tables are here that are not the site’s: {names}. Are they of no use to it? Then"
            f" leave them behind: {options}"
        )
    with connection.cursor() as cursor:
        for name, wanted in ours.items():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} WHERE 1 = 0")
            found = {column[0] for column in cursor.description}
            if found != wanted:
                odd = ", ".join(sorted(found ^ wanted))
                raise MoveRefused(
                    f"The table {name} differs from what this version of the site makes: {odd}."
                    " Is it the version that runs here? A column of another program has to go."
                )
