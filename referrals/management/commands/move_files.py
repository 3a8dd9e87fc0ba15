"""Moves letters and pictures from folders into the object store, or back.

python manage.py move_files --to store     from VAR_DIR into the bucket of OBJECT_STORE_URL
python manage.py move_files --to folder    back again

Stop web and mail first, on every machine. It may be stopped at any point and run again.
docs/decisions/074-files-in-a-store.md
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.standing_still import stopped_site
from clinic_site.running.announcing import Announced, require_tables
from clinic_site.storing.carrying import MediaFolder, MediaStore, Tally, carry
from referrals.files import carrying, keeping
from referrals.files.shelf import is_shared

AGAIN = "Nothing is lost: a file leaves its old place once it is proved in the new. Run it again."
NEXT = {
    "store": "Start web and mail. Keep OBJECT_STORE_URL in the settings: without it the site looks"
    " into its folders.",
    "folder": "Take OBJECT_STORE_URL out of the settings, on every machine; then start web and"
    " mail on one.",
}


class Command(Announced, BaseCommand):
    help = "Moves letters and pictures from folders into the object store, or back."
    requires_system_checks = []  # they ask for much that has nothing to do with this

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", choices=["store", "folder"], required=True)

    def handle(self, *, to: str, **options: Any) -> None:
        require_tables()
        if not is_shared():
            raise CommandError(
                "OBJECT_STORE_URL names no store. Set it with its key (README, Environment), for"
                " either way, and run this again. Nothing was changed."
            )
        try:
            with stopped_site():
                tallies = self.move(to)
        except MoveRefused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from None
        except (OSError, KeyboardInterrupt) as error:
            why = "Stopped." if isinstance(error, KeyboardInterrupt) else f"{error}."
            raise CommandError(f"{why} {AGAIN}") from None
        self.say(tallies, to)

    def move(self, to: str) -> dict[str, Tally]:
        keeping.settle()
        letters = carrying.in_folder(), carrying.in_store()
        media = MediaFolder(), MediaStore()
        step = 1 if to == "store" else -1
        (from_letters, to_letters), (from_media, to_media) = letters[::step], media[::step]
        same = carrying.is_same_letter
        return {
            "letters": carry(from_letters, to_letters, is_same=same),
            "pictures": carry(from_media, to_media),
        }

    def say(self, tallies: dict[str, Tally], to: str) -> None:
        for what, tally in tallies.items():
            self.stdout.write(
                f"{what}: {tally.copied} copied and read back, {tally.there} there already,"
                f" {tally.removed} removed from the old place ({tally.size} bytes in all)."
            )
        differing = [name for tally in tallies.values() for name in tally.differing]
        if differing:
            raise CommandError(
                f"{len(differing)} files differ between both places, {differing[0]} first. Both"
                f" stay. See which is right, take the other away, and run this again."
            )
        self.stdout.write(f"All is in the {to}. {NEXT[to]}")
