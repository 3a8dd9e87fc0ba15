"""Does the code of an earlier release work on the tables of this one?

It does where migrations only add what it need not know: tables, columns that may stay empty or that
the database fills by itself, indexes. All else it may miss, or be refused by. A migration whose
author has shown more says so by `older_code_fits = True` in its class.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED, Field
from django.db.models.fields.related import ManyToManyField

ONLY_ADDS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
)


def misfits(folder: Path) -> list[str]:
    """A line for each change since the release in `folder` that its code may not work with."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    unknown: set[tuple[str, str]] = set()  # tables that the other code never asks
    return [line for key in newer(loader, folder) for line in misfits_of(loader, key, unknown)]


def newer(loader: MigrationLoader, folder: Path) -> list[tuple[str, str]]:
    """Migrations of the site itself that the other release does not have, in order."""
    ours = {key: file_of(migration) for key, migration in loader.disk_migrations.items()}
    root = Path(__file__).resolve().parents[3]
    missing = {
        key
        for key, path in ours.items()
        if path.is_relative_to(root) and not is_installed(path.relative_to(root))
        if not (folder / path.relative_to(root)).exists()
    }
    order = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    return [key for key in dict.fromkeys(order) if key in missing]


def file_of(migration: Any) -> Path:
    return Path(inspect.getfile(type(migration))).resolve()


def is_installed(path: Path) -> bool:
    return "site-packages" in path.parts


def misfits_of(
    loader: MigrationLoader, key: tuple[str, str], unknown: set[tuple[str, str]]
) -> Iterator[str]:
    migration = loader.disk_migrations[key]
    state = loader.project_state(key, at_end=False)
    for operation in migration.operations:
        if isinstance(operation, operations.CreateModel):
            unknown.add((key[0], operation.name_lower))
        is_known = (key[0], model_of(operation)) not in unknown
        if is_known and not fits(operation, state, app=key[0], said=promised(migration)):
            yield f"{key[0]} {key[1]}: {operation.describe()}"
        operation.state_forwards(key[0], state)


def model_of(operation: Any) -> str:
    return str(getattr(operation, "model_name", "")).lower()


def promised(migration: Any) -> bool:
    return bool(getattr(migration, "older_code_fits", False))


def fits(operation: Any, state: Any, *, app: str, said: bool) -> bool:
    if said:
        return True
    if isinstance(operation, operations.AddField):
        return may_be_left_out(operation.field)
    if isinstance(operation, operations.AlterField):
        model = state.models[app, operation.model_name.lower()]
        return in_database(model.fields[operation.name]) == in_database(operation.field)
    return isinstance(operation, ONLY_ADDS)


def may_be_left_out(field: Field) -> bool:
    """Whether a row can be written by code that does not know this column."""
    has_no_column = isinstance(field, ManyToManyField)
    return has_no_column or field.null or field.db_default is not NOT_PROVIDED


def in_database(field: Field) -> tuple[Any, ...]:
    """What of a field the database knows: its words, choices and default are the code's alone."""
    _, path, arguments, options = field.deconstruct()
    told = {
        key: value for key, value in options.items() if key not in (*field.non_db_attrs, "default")
    }
    return path, arguments, sorted(told.items(), key=lambda item: item[0])
