"""Makes the search index again from what was published. For repair: publishing keeps it in step."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from clinic_site.running.announcing import Announced
from conditions.search import find


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            count = find.rebuild()
        self.stdout.write(f"The search index holds {count} publications.")
