"""Django's own command, which first asks whether the database is one of a released version."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from clinic_site.running.announcing import Announced
from clinic_site.running.unreleased import refuse_unreleased


class Command(Announced, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unreleased()
        super().handle(*args, **options)

    def migration_progress_callback(self, action: str, *args: Any, **kwargs: Any) -> None:
        """Between two migrations of one transaction: what the first has left to be checked at the
        end is checked now, as PostgreSQL changes no table before."""
        super().migration_progress_callback(action, *args, **kwargs)
        if action == "apply_success" and connection.in_atomic_block:
            connection.check_constraints()
