"""Tries whether the site does what it should, and says how to mend what does not. Exits 1 when
anything is unwell.

python manage.py doctor                    everything, in words
python manage.py doctor --short            what the mail process asks each day
python manage.py doctor --mail ADDRESS     and sends one mail there
python manage.py doctor --json             for a monitor

It asks SITE_URL, the mail server and the database, and nobody else. It never shows a password, a
key or anything about a patient.
"""

import json
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import Error as AnyDatabaseError

from clinic_site.operations.doctor.daily import note_visit
from clinic_site.operations.doctor.database import database_finding
from clinic_site.operations.doctor.finding import Level
from clinic_site.operations.doctor.mail import send_test
from clinic_site.operations.doctor.visiting import Answer, answer_of, unwell, visit
from clinic_site.running.announcing import NO_ANSWER, Announced, database_name

MARKS = {
    Level.WELL: "well  ",
    Level.HINT: "hint  ",
    Level.UNWELL: "UNWELL",
    Level.NOT_ASKED: "?     ",
}


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks = []  # an unwell site must be able to say so

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="sends one mail to this address")
        parser.add_argument("--json", action="store_true", help="for a monitor")
        parser.add_argument("--short", action="store_true", help="what is asked each day")

    def execute(self, *args: Any, **options: Any) -> Any:
        """A database that is away or hangs is asked once, with a limit, and nothing else waits."""
        if database_finding().level == Level.WELL:
            return super().execute(*args, **options)
        self.announce(
            f"Site {settings.SITE_URL} · database {database_name()} · {NO_ANSWER}", options
        )
        return super(Announced, self).execute(*args, **options)

    def handle(self, **options: Any) -> None:
        if options["mail"]:
            refuse_what_is_no_address(options["mail"])
        found = visit(short=options["short"])
        if options["mail"]:
            sent = send_test(options["mail"])
            found.append(answer_of("test mail", "Does a test mail go out?", [sent]))
        bad = unwell(found)
        if not options["short"]:
            with suppress(AnyDatabaseError):  # which is said above
                note_visit(found)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found, is_well=not bad), indent=1))
        else:
            self.write_words(found, is_short=options["short"])
        if bad:
            raise SystemExit(1)

    def write_words(self, found: list[Answer], *, is_short: bool) -> None:
        for answer in found:
            if is_short and answer.level == Level.WELL:
                continue
            self.stdout.write(f"{MARKS[answer.level]}  {answer.question}")
            for finding in answer.findings:
                for line in [finding.says, f"→ {finding.mend}" if finding.mend else ""]:
                    if line:
                        self.stdout.write(f"        {line}")
        number = len(unwell(found))
        asked = sum(answer.level != Level.NOT_ASKED for answer in found)
        end = f"{number} to mend" if number else "nothing to mend"
        self.stdout.write(f"\n{asked} of {len(found)} questions asked, {end}.")


def refuse_what_is_no_address(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise CommandError("--mail wants one mail address, as kim@your.domain.") from None


def as_json(found: list[Answer], *, is_well: bool) -> dict[str, Any]:
    return {
        "status": "ok" if is_well else "unhealthy",
        "checks": [
            {
                "name": answer.name,
                "question": answer.question,
                "level": answer.level,
                "findings": [finding._asdict() for finding in answer.findings],
            }
            for answer in found
        ],
    }
