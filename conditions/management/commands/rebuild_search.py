"""Makes the search index again from what was published. For repair: publishing keeps it in step."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from clinic_site.announcing import Announced
from conditions import search


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            count = search.rebuild()
        self.stdout.write(f"The search index holds {count} publications.")
