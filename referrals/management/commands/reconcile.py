"""Does everything add up? Names what does not, and then ends with 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.running.announcing import Announced, require_tables
from referrals.ledger.reconciling import prove_every_file, reconcile

CAME_IN = (
    "{received} came in: {opened} opened, {waiting} waiting, {set_aside} set aside as spam and"
    " not looked at, {erased} erased since."
)
WAS_TOLD = "{mails} mails: {sent} sent, {undelivered} not delivered, {withdrawn} withdrawn."


class Command(Announced, BaseCommand):
    help = "Compares all that came in with its timeline, its mail and its files."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="Do not read every file again: trust the proofs of the last days.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        read = 0 if options["without_files"] else prove_every_file()
        result = reconcile()
        self.stdout.write(CAME_IN.format(**result.counts))
        self.stdout.write(WAS_TOLD.format(**result.counts))
        self.stdout.write(f"{result.counts['files']} files, {read} of them read to the end now.")
        for found in result.differences:
            self.stdout.write(f"  {found['of']} {found['words']}.")
        if number := result.counts["differences"]:
            self.stdout.write(f"{number} difference{'' if number == 1 else 's'}.")
            sys.exit(1)
        self.stdout.write("Everything adds up.")
