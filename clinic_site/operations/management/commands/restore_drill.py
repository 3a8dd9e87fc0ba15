"""Tries whether a bundle and the key sheet bring the site back, in a scratch place of its own.

python manage.py restore_drill BUNDLE                       asks for the keys
python manage.py restore_drill BUNDLE --keys-from FILE      a sheet, or the line with the keys

The running site is not touched, no mail goes out, and nothing of the drill is left.
"""

import sys
import time
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.operations.backups.bundles import newest_bundle
from clinic_site.operations.backups.drill import NOTHING, drill, keys_in
from clinic_site.operations.backups.problems import BackupProblem
from clinic_site.running.announcing import Announced

LARGEST_SHEET = 100_000


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path, nargs="?", help="By itself: the newest.")
        parser.add_argument("--keys-from", type=Path, help="A file with the keys of the sheet.")
        parser.add_argument("--in", type=Path, dest="inside", help="Where there is room.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bundle = options["bundle"] or newest()
            keys = keys_in(read(options["keys_from"]))
            begun = time.monotonic()
            said = drill(bundle, keys=keys, inside=options["inside"] or Path(settings.BACKUP_DIR))
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            raise CommandError(f"The drill was stopped. {NOTHING}") from None
        self.stdout.write(f"{bundle}\n{said}")
        self.stdout.write(
            f"The drill succeeded in {time.monotonic() - begun:.0f} seconds. All of it is removed."
        )


def newest() -> Path:
    found = newest_bundle()
    if found is None:
        raise BackupProblem(f"There is no backup in {settings.BACKUP_DIR}. {NOTHING}")
    return found.path


def read(path: Path | None) -> str:
    """From a file, from a terminal without showing it, or from what is piped in."""
    if path:
        try:
            return path.read_text(encoding="utf-8")[:LARGEST_SHEET]
        except (OSError, UnicodeDecodeError):
            raise BackupProblem(f"{path} cannot be read. {NOTHING}") from None
    if sys.stdin.isatty():
        return getpass("CLINIC_DATA_KEYS, as on the key sheet (you do not see what you type): ")
    return sys.stdin.read(LARGEST_SHEET)
