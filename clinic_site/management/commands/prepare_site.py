"""Brings a site up to date and says where to look. A second run repeats nothing, and of two at once
one waits for the other.

python manage.py prepare_site                   everything
python manage.py prepare_site --static-files    these alone, while the release before still runs
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import import_string

from clinic_site.operations.upgrading.changed_code import note_code, was_noted
from clinic_site.operations.upgrading.migrating import migrate
from clinic_site.operations.upgrading.one_at_a_time import one_at_a_time
from clinic_site.operations.upgrading.static_files import bring_static_files
from clinic_site.people.roles import create_roles
from clinic_site.running.announcing import Announced
from clinic_site.running.deleted_rows import rewrite_once
from clinic_site.running.own_folder import close_to_others
from clinic_site.running.unreleased import refuse_unreleased
from clinic_site.sealing.keys import check_keys, witness_keys


class Command(Announced, BaseCommand):
    help = __doc__
    requires_system_checks = []  # asked below, where there is something new to ask about

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--static-files", action="store_true", help="only these, beside those that are there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        refuse_unreleased()
        if not was_noted():
            self.check()
            note_code()
        with one_at_a_time(say=self.stderr.write):
            self.collect_static_files()
            if options["static_files"]:
                return
            check_keys()  # before a migration seals anything with keys of another site
            self.prepare_database()
            rewrite_once()
            if closed := close_to_others():
                self.stdout.write(f"Files: {closed} were open to others on this server. Closed.")
        self.say_where_to_look()

    def prepare_database(self) -> None:
        if migrate():
            self.stdout.write("Database: up to date.")
        call_command("createcachetable", verbosity=0)
        witness_keys()
        for change in create_roles():
            self.stdout.write(f"Role {change}")
        for path in settings.SITE_PREPARATION:
            import_string(path)()
        call_command("load_starter")
        for path in settings.PREPARATION:
            if done := import_string(path)(at_most=None):
                self.stdout.write(f"{path}: {done} brought up to date.")

    def collect_static_files(self) -> None:
        if bring_static_files():
            self.stdout.write("Static files: collected.")

    def say_where_to_look(self) -> None:
        server = settings.MAIL_SERVER["host"]
        mail = f"files in {settings.MAIL_DIR}/" if settings.MAIL_IS_FILES else server
        self.stdout.write(
            f"\n  The site    {settings.SITE_URL}/\n"
            f"  The admin   {settings.SITE_URL}/admin/   (make staff: create a staff account)\n"
            f"  Mail goes   to {mail}\n"
            "  Stop        with Ctrl-C\n"
        )
