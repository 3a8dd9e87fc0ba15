"""Lets mail leave again that is held since the site was brought back from a backup or moved.

It says how many mails wait, and asks. Those from before the backup may have gone out already.
"""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic_site.running.announcing import Announced, require_tables
from referrals.mail import holding

NOTHING_DONE = "Nothing was done. Mail is still held."


class Command(Announced, BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        if holding.restore_is_done():
            shutil.rmtree(settings.RESTORING)
            self.stdout.write("The restore was cut off when all was in place: its folder is gone.")
        elif holding.restore_is_under_way():
            raise CommandError(
                f"A restore runs or was cut off ({settings.RESTORING}). {NOTHING_DONE}"
                " Run manage.py restore again first."
            )
        held = holding.held()
        if held is None:
            self.stdout.write("Mail is not held.")
            return
        self.say(held)
        if not options["yes"]:
            ask()
        count = holding.release_mail()
        self.stdout.write(f"Released. {count} go out as soon as the mail server takes them.")

    def say(self, held: holding.Held) -> None:
        since = timezone.localtime(held.since) if held.since else timezone.localtime()
        earlier = holding.waiting().filter(created_at__lt=since).count()
        self.stdout.write(f"Mail is held since {since:%d %B %Y, %H:%M}: {held.why}.")
        self.stdout.write(f"{held.waiting} wait and go to real people when you release them.")
        if earlier:
            self.stdout.write(
                f"{earlier} of them were queued before that: the site as it was may have sent them."
            )


def ask() -> None:
    try:
        typed = input("Is the other site switched off for good? Type release to go on: ")
    except (EOFError, KeyboardInterrupt):
        typed = ""
    if typed.strip().casefold() != "release":
        raise CommandError(NOTHING_DONE)
