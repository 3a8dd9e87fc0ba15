"""Says whether the code of an earlier release works on the tables of this one; ends with 1 if not.

python manage.py older_code_fits /opt/clinic/releases/0.3.0
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.operations.upgrading.older_code import misfits
from clinic_site.running.announcing import Announced


class Command(Announced, BaseCommand):
    help = "Says whether the code of an earlier release works on the tables of this one."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the earlier release lies")

    def handle(self, *, folder: Path, **options: Any) -> None:
        if not (folder / "manage.py").exists():
            raise CommandError(f"{folder} holds no release: there is no manage.py.", returncode=2)
        if found := misfits(folder):
            self.stdout.write("The earlier code may not work with these changes of the tables:")
            for line in found:
                self.stdout.write(f"  {line}")
            raise SystemExit(1)
        self.stdout.write("The earlier code works on these tables.")
