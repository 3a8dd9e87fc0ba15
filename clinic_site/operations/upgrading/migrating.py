"""All migrations that wait, or none: a release that fails midway leaves the tables as they were."""

from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor


def waiting() -> list[Any]:
    """The migrations that this release brings and that were not made here."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _ in plan]


def migrate() -> bool:
    """Bring the tables up to date; whether there was anything to do.

    Each of them in one transaction, as both databases can, unless a migration asks to be without.
    """
    plan = waiting()
    if not plan:
        return False
    if connection.in_atomic_block or not all(migration.atomic for migration in plan):
        call_command("migrate", verbosity=0)
        return True
    constraints_off = connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            call_command("migrate", verbosity=0)
    finally:
        if constraints_off:
            connection.enable_constraint_checking()
    return True
