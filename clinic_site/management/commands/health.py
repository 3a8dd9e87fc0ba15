"""Says what is well and what is not, and how to mend it. Exits 1 when anything is unwell.

python manage.py health           in words
python manage.py health --json    for a monitor
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic_site.health import as_facts, findings
from clinic_site.operations.version import release
from clinic_site.running.announcing import Announced


class Command(Announced, BaseCommand):
    help = "Says what is well and what is not, and how to mend it."
    requires_system_checks = []  # an unwell site must be able to say so

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a monitor")

    def handle(self, **options: Any) -> None:
        found = findings()
        unwell = [each for each in found if not each.ok]
        if options["json"]:
            said = {**as_facts(found), "release": release()}
            self.stdout.write(json.dumps(said, indent=1))
        else:
            for each in found:
                self.stdout.write(f"{'well  ' if each.ok else 'UNWELL'}  {each.question}")
                for line in (
                    [numbers(each.detail)] if each.ok else [numbers(each.detail), each.mend]
                ):
                    self.stdout.write(f"        {line}")
        if unwell:
            raise SystemExit(1)


def numbers(detail: dict[str, int | str | None]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items()) or "nothing to count"
