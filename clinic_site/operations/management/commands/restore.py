"""Brings a bundle back into an empty place: a new server, or a database and folders without data.

python manage.py restore /var/backups/clinic/clinic-20261128T143000Z.tar

The keys come from the key sheet. Everything is proved first; mail is held until release_mail.
"""

from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.operations.backups.manifest import Manifest
from clinic_site.operations.backups.problems import BackupProblem
from clinic_site.operations.backups.restoring import finish_cut_off, opened_values, restore
from clinic_site.operations.version import release
from clinic_site.running.announcing import Announced

NEXT = """
Mail is held, so nobody hears anything twice. Next:
  tar -xOf BUNDLE settings.env       the settings of then, without keys and passwords
  python manage.py prepare_site      what this release adds, and its static files
  start web and mail, sign in, and look into the inbox
  python manage.py release_mail      when the old site is off for good
"""

FINISHED = (
    "A restore was cut off when all was in its place already. Its folder is removed; database and"
    " letters stay as they are."
)


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks = []  # there is no site yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if finish_cut_off():
                self.stdout.write(f"{FINISHED}{NEXT}")
                return
            manifest = restore(options["bundle"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.say_what_came_back(manifest)
        self.open_something()
        self.stdout.write(NEXT)

    def say_what_came_back(self, manifest: Manifest) -> None:
        made = timezone.localtime(manifest.made)
        files = sum(name.startswith(("private/", "media/")) for name in manifest.members)
        rows = sum(manifest.rows.values())
        self.stdout.write(
            f"Restored as it was on {made:%d %B %Y, %H:%M}: {rows} rows of {len(manifest.rows)}"
            f" tables and {files} files, each as it was written."
        )
        if manifest.release != release():
            self.stdout.write(f"Brought from release {manifest.release} to {release()}.")
        if manifest.removed_meanwhile:
            self.stdout.write(
                f"{manifest.removed_meanwhile} files were erased while the backup was made: their"
                " rows may be back, and the rule for keeping lets them go again."
            )
        if manifest.missing_files:
            self.stdout.write(
                f"{len(manifest.missing_files)} files were missing on the old site already."
            )

    def open_something(self) -> None:
        """To know before the day on which it is needed."""
        try:
            values = opened_values()
        except InvalidToken:
            raise CommandError("A sealed field opens with none of the keys.") from None
        letter = import_string(settings.BACKUP_ASKS["open_one_file"])()
        if letter is False:
            self.stderr.write("The newest letter does not open: see manage.py health.")
        words = {True: "a letter", False: "no letter", None: "no letter (there is none)"}[letter]
        self.stdout.write(f"Opened with the keys: {values} sealed fields, {words}.")
