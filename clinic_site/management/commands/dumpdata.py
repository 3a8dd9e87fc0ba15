"""Django's dumpdata, whose file is for its owner's eyes only: it tells who wrote to the rooms when.

Names and letters stay sealed in it, so it is worth nothing without the key sheet."""

import os
from typing import Any

from django.core.management.commands import dumpdata

from clinic_site.running.announcing import Announced


class Command(Announced, dumpdata.Command):
    def handle(self, *app_labels: str, **options: Any) -> None:
        before = os.umask(0o077)
        try:
            super().handle(*app_labels, **options)
        finally:
            os.umask(before)
