"""Loads the starter pages that are not there yet. Never touches what staff have written."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.announcing import Announced
from conditions.starter_files import load_all


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for page in load_all():
            self.stdout.write(f"Loaded {page.get_absolute_url()}")
