"""Django's own command, which first asks whether the database is one of a released version."""

from typing import Any

from django.core.management.commands import migrate

from clinic_site.running.announcing import Announced
from clinic_site.running.unreleased import refuse_unreleased


class Command(Announced, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unreleased()
        super().handle(*args, **options)
