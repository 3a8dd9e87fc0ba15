"""Moves the whole database into an empty one, SQLite to PostgreSQL or back. Nothing is opened.

python manage.py move_database --to postgres://user@host/name
python manage.py move_database --to -          asks for the address, which is not shown
python manage.py move_database --stay          lets the site start on the old one again

Stop web and mail first. Files stay where they are. docs/decisions/055-moving.md
"""

from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.operations.moving.ends import without_password
from clinic_site.operations.moving.moving import NOTHING_CHANGED, Tally, move
from clinic_site.operations.moving.refusing import MoveRefused
from clinic_site.operations.moving.tables import left_out
from clinic_site.running.announcing import Announced, require_tables
from clinic_site.running.environment import service_file
from clinic_site.running.moved_away import STAY, take_mark_away


class Command(Announced, BaseCommand):
    help = "Moves the whole database into an empty one: SQLite to PostgreSQL, or back."
    requires_system_checks = []  # they ask for much that has nothing to do with this

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--to",
            metavar="URL",
            help="a DATABASE_URL; - asks for it, so that no password stands in a list",
        )
        what.add_argument(
            "--stay",
            action="store_true",
            help="the site stays on this database, which was moved: web and mail may start on it",
        )
        parser.add_argument(
            "--leave",
            action="append",
            default=[],
            metavar="TABLE",
            help="a table of another program, which stays behind",
        )

    def handle(self, *, to: str | None, stay: bool, leave: list[str], **options: Any) -> None:
        require_tables()
        if to is None or stay:
            self.stay()
            return
        try:
            url = (
                getpass("DATABASE_URL of the new database (it is not shown): ") if to == "-" else to
            )
            tallies = move(to=url, leave=leave)
        except MoveRefused as refused:
            raise CommandError(f"{refused} {NOTHING_CHANGED}") from None
        except (KeyboardInterrupt, EOFError):
            raise CommandError(f"Stopped. {NOTHING_CHANGED}") from None
        self.say_what_was_compared(tallies)
        self.say_what_to_do(without_password(url))

    def stay(self) -> None:
        if not take_mark_away():
            self.stdout.write("This database was not moved: nothing is in the way of web and mail.")
            return
        self.stdout.write(
            "Web and mail may start on this database again. Start nothing on the one that it was"
            " moved to, and let mail leave from here: manage.py release_mail."
        )

    def say_what_was_compared(self, tallies: dict[str, Tally]) -> None:
        for name, tally in sorted(tallies.items()):
            if tally.rows:
                self.stdout.write(f"  {tally.rows:>9}  {tally.short()}  {name}")
        rows = sum(tally.rows for tally in tallies.values())
        self.stdout.write(
            f"Moved: {rows} rows of {len(tallies)} tables. Count and digest of each table are the"
            " same in both."
        )
        for name, why in left_out().items():
            self.stdout.write(f"Not moved: {name} ({why}).")

    def say_what_to_do(self, url: str) -> None:
        place = service_file() or "the environment of the site"
        steps = [
            f"In {place} set this line (with the password in place of PASSWORD, if there is one):"
            f"\n     DATABASE_URL={url}",
            f"Files stay in {settings.VAR_DIR}: leave VAR_DIR, CLINIC_DATA_KEYS and SECRET_KEY as"
            " they are.",
            "Run manage.py prepare_site, then start web and mail.",
            "No mail leaves yet, from neither: look at the site, then manage.py release_mail.",
            "Keep the old database until you have a backup of the new one. Web and mail do not"
            f" start on it any more: what came in there would be lost. To stay with it: {STAY}.",
        ]
        self.stdout.write("Now:")
        for number, step in enumerate(steps, 1):
            self.stdout.write(f"  {number}. {step}")
