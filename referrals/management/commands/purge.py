"""Names what the clinic's signed rule lets go, and why. With --erase it goes, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from clinic_site.running.announcing import Announced, require_tables
from referrals.retention.due import Due
from referrals.retention.purging import preview, purge
from referrals.retention.rules import in_force

NOT_SIGNED = (
    "No rule is signed, so nothing is purged. An administrator signs one on the staff site, under"
    " “What is kept, and how long”. What it proposes would let go:"
)


class Command(Announced, BaseCommand):
    help = "Names what the clinic's rule lets go, and why. The mail process erases it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="Only name it. So it is by itself.")
        how.add_argument("--erase", action="store_true", help="Erase it now, for good.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        signed, found = in_force(), preview(at=timezone.now())
        if signed is None:
            self.stdout.write(NOT_SIGNED)
        else:
            who, when = signed.rule.by, timezone.localtime(signed.rule.signed_at)
            self.stdout.write(f"By the rule that {who} signed on {when:%d %B %Y}:")
        for one in found.now:
            self.stdout.write(f"  {in_words(one)}")
        self.stdout.write(f"{len(found.now)} may go today, {len(found.soon)} in the next 90 days.")
        if options["erase"]:
            self.stdout.write(f"{len(purge())} erased.")
        else:
            self.stdout.write("A dry run: nothing is erased.")


def in_words(one: Due) -> str:
    return (
        f"{one.reference}, {one.kind}: may go since {one.day:%d %B %Y}. Rule “{one.name}”:"
        f" {one.kept_for}, counted from {one.since:%d %B %Y}."
    )
