"""Moves everything that is sealed to the newest key. The site may go on working meanwhile.

1. Make a key and put it in front of the old one in CLINIC_DATA_KEYS; restart the site.
2. Run this. If it is interrupted, run it again: what is done stays done.
3. Only when it says so, take the old key out. Keep it with backups made before today.
"""

from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from clinic_site.running.announcing import Announced, require_tables
from clinic_site.sealing.keys import UnreadableRow, WrongDataKeys, check_keys, fingerprint


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        newest, *older = (fingerprint(key) for key in settings.CLINIC_DATA_KEYS)
        try:
            check_keys()
            for path, what in settings.KEY_ROTATION.items():
                self.stdout.write(f"{what}: {import_string(path)()} changed")
        except InvalidToken as problem:
            raise CommandError("A file opens with none of the keys. Keep every key.") from problem
        except (WrongDataKeys, UnreadableRow) as problem:
            raise CommandError(f"{problem} Keep every key until this is solved.") from problem
        self.stdout.write(f"All is sealed with {newest}.")
        if older:
            self.stdout.write(f"You may now take out {', '.join(older)}.")
