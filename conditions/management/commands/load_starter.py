"""Loads the starter pages into a database that never had any.

What a later release brings waits in the admin, under “New from this release”.
"""

from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.page_cache.freshness import tell_of_change
from clinic_site.running.announcing import Announced
from conditions.publishing import offers
from conditions.publishing.starter_files import load_all


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for page in load_all():
            self.stdout.write(f"Loaded {page.get_absolute_url()}")
        offers.note_what_is_here()
        tell_of_change()
        if waiting := len(offers.undecided()):
            self.stdout.write(f"New from this release, for editors to decide on: {waiting}")
