"""Prints the data keys for the safe: `manage.py key_sheet > sheet.txt`, print it, delete the file.

Without these keys the database and its backups cannot be read, by anybody.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from clinic_site.keys import check_keys, fingerprint
from clinic_site.models import Clinic

SHEET = """KEY SHEET: keep in the safe, away from backups

Practice   {clinic}
Site       {site}
Printed    {today:%d %B %Y}

Put this line into the environment of the site, exactly as it stands:

CLINIC_DATA_KEYS={keys}

Each key and its short name, newest first:
{lines}

Whoever holds this sheet and a backup can read every patient’s details.
Without this sheet nobody can. To check it: set the line, run
`python manage.py key_sheet`, and compare the short names.
"""


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        check_keys()
        keys = settings.CLINIC_DATA_KEYS
        self.stdout.write(
            SHEET.format(
                clinic=Clinic.current().name,
                site=settings.SITE_URL,
                today=timezone.localdate(),
                keys=",".join(keys),
                lines="\n".join(f"  {fingerprint(key)}  {key}" for key in keys),
            )
        )
