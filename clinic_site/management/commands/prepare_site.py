"""Brings a site up to date and says where to look. A second run repeats nothing."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from clinic_site.people.roles import create_roles
from clinic_site.running.announcing import Announced
from clinic_site.running.deleted_rows import rewrite_once
from clinic_site.running.own_folder import close_to_others
from clinic_site.running.unreleased import refuse_unreleased
from clinic_site.sealing.keys import check_keys, witness_keys


class Command(Announced, BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        refuse_unreleased()
        check_keys()  # before a migration seals anything with keys of another site
        if migrations_wait():
            call_command("migrate", verbosity=0)
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
        self.collect_static_files()
        rewrite_once()
        if closed := close_to_others():
            self.stdout.write(f"Files: {closed} were open to other users of this server. Closed.")
        self.say_where_to_look()

    def collect_static_files(self) -> None:
        stamp = settings.STATIC_ROOT / ".fingerprint"
        fingerprint = static_fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(fingerprint)
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


def migrations_wait() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_fingerprint() -> str:
    """A digest of the name, size and age of every static file there is to collect, and of how:
    what was collected for DEBUG has no names that a real site looks for."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
