"""Makes one bundle of everything, while people use the site, and removes what is too old.

python manage.py backup                 into BACKUP_DIR, as a timer does each night
python manage.py backup --to FOLDER     into another one, where nothing is removed

Without the key sheet nobody can open a bundle. Keep the two apart.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.operations.backups import thinning
from clinic_site.operations.backups.bundles import bundles
from clinic_site.operations.backups.making import Made, close_what_root_made, make_backup
from clinic_site.operations.backups.problems import BackupProblem, in_megabytes
from clinic_site.running.announcing import Announced, require_tables

MONTH = 31


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks = []  # an unwell site needs it most

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="Another folder than BACKUP_DIR.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        folder = options["to"] or Path(settings.BACKUP_DIR)
        try:
            made = make_backup(folder)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.say_what_is_in_it(made)
        if options["to"]:
            self.stdout.write(
                "Nothing was removed there. What is older than"
                f" {settings.BACKUPS_KEPT_DAYS} days must go: the privacy page says so."
            )
        else:
            self.thin_out(made)
        close_what_root_made()
        if missing := made.manifest.missing_files:
            self.stdout.write(
                f"NOT IN IT: {len(missing)} files that the database names are missing on the site"
                " itself. See manage.py health, and look for them in an older backup before it"
                " goes."
            )

    def say_what_is_in_it(self, made: Made) -> None:
        manifest = made.manifest
        files = sum(name.startswith(("private/", "media/")) for name in manifest.members)
        rows = sum(manifest.rows.values())
        self.stdout.write(
            f"{made.bundle.path} ({in_megabytes(made.size)}): {rows} rows of"
            f" {len(manifest.rows)} tables, {files} files. Each was read again and is as written."
        )
        if manifest.removed_meanwhile:
            self.stdout.write(f"{manifest.removed_meanwhile} files went with their rows meanwhile.")

    def thin_out(self, made: Made) -> None:
        found = bundles()
        daily, weekly, monthly = settings.BACKUP_KEEP
        others = [bundle for bundle in found if bundle.made_at < made.bundle.made_at]
        removed = thinning.remove(thinning.too_many(found, made=made.bundle))
        days = settings.BACKUPS_KEPT_DAYS
        self.stdout.write(
            f"{len(found) - removed} backups are kept, {removed} went: {daily} daily, {weekly}"
            f" weekly, {monthly} monthly, all of two days, and none older than {days} days."
        )
        if monthly > 1 and monthly * MONTH > days:
            self.stdout.write(
                f"BACKUP_KEEP asks for {monthly} months. The privacy page says {days} days"
                " (BACKUPS_KEPT_DAYS), so nothing older stays."
            )
        if early := thinning.from_the_future(found, made=made.bundle):
            self.stderr.write(
                f"{early[0].path.name} is from later than now. Is the clock right? It stays, and"
                " while it lies there nothing is removed. If the clock is right, move it away."
            )
        elif thinning.leaps(others, made=made.bundle):
            self.stderr.write(
                f"The last backup before this one is {others[0].path.name}. Is the clock right?"
                " Nothing was removed this time."
            )
