"""Whoever looks after the server: backups, a lost server, new keys, a new release."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clinic_site.operations.backups.empty_place import empty_database, empty_folders
from clinic_site.operations.backups.making import make_backup
from clinic_site.operations.backups.restoring import restore
from clinic_site.running.own_folder import database_files
from clinic_site.sealing import lasting_digests
from referrals.files.keeping import settle
from referrals.ledger.reconciling import prove_every_file, what_differs
from referrals.mail.holding import release_mail
from referrals.models import Enquiry, MailHeartbeat
from tests.faults.years.book import World

AN_HOUR = timedelta(hours=1)


def upgrade(world: World) -> None:
    """A new release that changes no table: `prepare_site` once more."""
    call_command("prepare_site", stdout=StringIO(), stderr=StringIO())
    world.count("upgrades")


def new_data_key(world: World) -> None:
    """The new key stands in front: all that is sealed moves to it, while the site goes on."""
    call_command("rotate_keys", stdout=StringIO())
    world.count("keys rotated")


def back_up(world: World) -> Path:
    made = make_backup(Path(settings.BACKUP_DIR))
    if made.manifest.missing_files:
        world.fault(f"a backup lacks {len(made.manifest.missing_files)} files")
    world.count("backups")
    for path in made.bundle.path.parent.glob("clinic-*.tar"):
        if path != made.bundle.path:
            path.unlink()
    return made.bundle.path


def lose_the_server(world: World, bundle: Path) -> None:
    """Database and folders are gone; the bundle of this night makes a site of a new one."""
    before = Enquiry.objects.count()
    MailHeartbeat.objects.update(beat_at=timezone.now() - AN_HOUR)
    if connection.vendor == "postgresql":
        empty_database()
    connection.close()
    for path in database_files() if connection.vendor == "sqlite" else []:
        path.unlink(missing_ok=True)
    empty_folders()
    restore(bundle)
    lasting_digests.forget()
    settle()
    release_mail()
    if Enquiry.objects.count() != before:
        world.fault(f"{before} enquiries became {Enquiry.objects.count()} by a restore")
    world.count("restores")


def count_all(world: World, *, reads_files: bool) -> None:
    """The site's own count of what came in, with its timelines, mails and files."""
    if reads_files:
        prove_every_file()
    for found in what_differs():
        world.fault(f"does not add up: {found.of} {found.words}")
