"""Prints the keys for the safe, or writes them to a file that its owner alone can read.

    python manage.py key_sheet --to sheet.txt     print it on paper, then delete the file

Without the data keys the database and its backups cannot be read, by anybody.
"""

import os
import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.running.announcing import Announced, database_name, require_tables
from clinic_site.sealing.keys import check_keys, fingerprint, note_sheet

SHEET = """KEY SHEET: keep in the safe, away from backups

Practice   {clinic}
Site       {site}
Database   {database}
Printed    {today:%d %B %Y}
{trial}
Put these lines into the environment of the site, exactly as they stand:

CLINIC_DATA_KEYS={keys}
SECRET_KEY={secret}

If CLINIC_DATA_KEYS are lost, every enquiry, file and note is lost with them. No copy of the
database brings them back.
If SECRET_KEY is lost, make a new one: staff sign in again, and a form that is open just then is
sent a second time. Receipts and status links go on working.

Each data key and its short name, newest first:
{lines}

Whoever holds this sheet and a backup can read every patient’s details.
Without this sheet nobody can. To check it: set the lines, run
`python manage.py key_sheet`, and compare the short names.
"""
TRIAL = """
THESE ARE TRIAL KEYS of a machine for trying out. They open no other site.
"""


class Command(Announced, BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="A new file, readable by its owner alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        check_keys()
        keys = settings.CLINIC_DATA_KEYS
        sheet = SHEET.format(
            clinic=Clinic.current().name,
            site=settings.SITE_URL,
            database=database_name(),
            today=timezone.localdate(),
            trial=TRIAL if settings.DATA_KEYS_UNDER_VAR else "",
            keys=",".join(keys),
            secret=settings.SECRET_KEY,
            lines="\n".join(f"  {fingerprint(key)}  {key}" for key in keys),
        )
        if options["to"] is None:
            hide_from_others(self.stdout)
            self.stdout.write(sheet)
        else:
            write_for_owner(options["to"], sheet)
            self.stdout.write(f"Written to {options['to']}. Print it, then delete the file.")
        note_sheet(at=timezone.now())


def hide_from_others(out: Any) -> None:
    """Where the shell sends the sheet into a file, that file is its owner's alone too."""
    try:
        descriptor = out.fileno()
    except (AttributeError, OSError):
        return
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, 0o600)


def write_for_owner(path: Path, text: str) -> None:
    """A new file with mode 0600. Raises `CommandError` where a file is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    except OSError as problem:
        raise CommandError(f"{path} was not written: {problem.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
