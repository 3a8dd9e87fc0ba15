"""One bundle of everything: what is in it, and what a failure leaves behind."""

import errno
import os
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from clinic_site.operations.backups import making, postgresql, settings_copy
from clinic_site.operations.backups.archive import Writer, opened
from clinic_site.operations.backups.bundles import name_for, newest_bundle
from clinic_site.operations.backups.problems import BackupProblem
from referrals.files import storage
from referrals.models import Attachment, Enquiry
from tests.makers import form_key, hold_letter, path_of


@pytest.fixture
def folder(site, settings):
    return settings.BACKUP_DIR


@pytest.fixture
def letter(site):
    return site.letter


def backup(*arguments: str) -> str:
    out = StringIO()
    call_command("backup", *arguments, stdout=out)
    return out.getvalue()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != making.LOCK)


def test_every_row_and_file_is_in_it_byte_by_byte(folder, letter):
    said = backup()
    path = newest_bundle().path
    with opened(path) as reader, tarfile.open(path) as tar:
        reader.verify()
        assert reader.manifest.rows["referrals_enquiry"] == Enquiry.objects.count() == 1
        stored = tar.extractfile(f"private/{letter.pk}").read()
    assert stored == path_of(letter.pk).read_bytes()
    assert "Each was read again and is as written" in said


def test_it_is_for_its_owner_alone_and_nothing_else_is_left(folder, letter):
    backup()
    [name] = left_in(folder)
    assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_it_holds_opens_nothing(folder, settings, letter, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://user:plum@mail.example:587")
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setenv("CLINIC_DATA_KEYS", settings.CLINIC_DATA_KEYS[0])
    backup()
    whole = newest_bundle().path.read_bytes()
    assert b"EMAIL_URL=smtp+tls://user:PASSWORD-IS-NOT-IN-THE-BACKUP@mail.example:587" in whole
    for secret in ["plum", settings.SECRET_KEY, settings.CLINIC_DATA_KEYS[0], "Samplepatient"]:
        assert secret.encode() not in whole


def test_what_is_no_setting_of_the_site_is_named_and_not_copied(settings, monkeypatch, tmp_path):
    settings.SERVICE_FILE = tmp_path / "clinic.env"
    settings.SERVICE_FILE.write_text("AWS_THING=plum\nSITE_URL=https://clinic.example\n")
    monkeypatch.setenv("AWS_THING", "plum")
    monkeypatch.setenv("DATABASE_URL", "postgres:///clinic?host=/run&password=plum&sslmode=require")
    copy = settings_copy.as_env_file().decode()
    assert "# AWS_THING is no setting of the site" in copy
    assert (
        "DATABASE_URL=postgres:///clinic?host=/run&password=PASSWORD-IS-NOT-IN-THE-BACKUP&" in copy
    )
    assert "&sslmode=require" in copy
    assert "plum" not in copy


@pytest.mark.django_db  # one test must ask, or the database is not made for the others
def test_settings_that_an_environment_file_cannot_hold_are_named(monkeypatch):
    monkeypatch.setenv("SITE_URL", 'https://"clinic".example')
    assert b"# SITE_URL cannot be written here" in settings_copy.as_env_file()


def test_a_letter_that_comes_until_the_database_is_copied_is_in_it(folder, letter):
    """Files first would miss it: its row would be there without it."""
    original, came = making.add_database, []

    def come_first(*args):
        came.append(hold_letter(form_key(), "just in time"))
        original(*args)

    with mock.patch.object(making, "add_database", come_first):
        backup()
    Attachment.objects.filter(pk=came[0].pk).delete()
    with opened(newest_bundle().path) as reader:
        assert f"private/{came[0].pk}" in reader.manifest.members


def test_a_file_that_was_erased_meanwhile_is_no_fault(folder, letter):
    other = hold_letter(form_key(), "erased")
    with erased_after_the_database(other):
        said = backup()
    with opened(newest_bundle().path) as reader:
        assert reader.manifest.missing_files == []
        assert f"private/{other.pk}" not in reader.manifest.members
    assert "1 files went with their rows meanwhile." in said


def erased_after_the_database(file):
    original = making.add_database

    def then_erase(*args):
        original(*args)
        pk = file.pk
        Attachment.objects.filter(pk=pk).delete()
        storage.remove(name=pk)

    return mock.patch.object(making, "add_database", then_erase)


def test_a_file_that_moves_while_it_is_looked_for_is_found(folder, letter):
    found = list(making.files_to_keep())
    hidden = [each for each in found if str(letter.pk) not in each.name]
    with mock.patch.object(making, "files_to_keep", side_effect=[found, hidden, found]):
        backup()
    with opened(newest_bundle().path) as reader:
        assert f"private/{letter.pk}" in reader.manifest.members


def test_a_letter_that_the_site_has_lost_is_named_and_stops_no_backup(folder, letter):
    other = hold_letter(form_key(), "lost")
    path_of(other.pk).unlink()
    assert backup().splitlines()[-1].startswith("NOT IN IT: 1 files that the database names")
    Attachment.objects.filter(pk=other.pk).delete()
    with opened(newest_bundle().path) as reader:
        assert reader.manifest.missing_files == [str(other.pk)]


@pytest.mark.parametrize("call", ["scandir", "lstat"])
def test_a_folder_or_file_that_cannot_be_read_ends_it_with_a_sentence(
    folder, letter, monkeypatch, call
):
    where, original = {"scandir": os, "lstat": Path}[call], getattr(os, call)
    closed = str(path_of(letter.pk).parent)

    def refused(path, *args, **kwargs):
        if str(path).startswith(closed):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return original(path, *args, **kwargs)

    monkeypatch.setattr(where, call, refused)
    with pytest.raises(CommandError, match=r"Permission denied\. No backup was made"):
        backup()
    assert left_in(folder) == []


@pytest.mark.parametrize("after", range(4))
def test_a_full_disk_ends_with_a_sentence_and_removes_its_half(folder, letter, after):
    backup()
    before = left_in(folder)
    original, calls = Writer.add, iter(range(9))

    def full(self, *args, **kwargs):
        if next(calls) == after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        original(self, *args, **kwargs)

    with mock.patch.object(making, "name_for", return_value="clinic-20991128T000000Z.tar"):
        with mock.patch.object(Writer, "add", full), pytest.raises(CommandError, match="is full"):
            backup()
    assert left_in(folder) == before


def test_a_bundle_that_the_disk_gives_back_otherwise_is_no_backup(folder, letter):
    with mock.patch.object(making, "opened", side_effect=BackupProblem("It is damaged.")):
        with pytest.raises(CommandError, match="damaged"):
            backup()
    assert left_in(folder) == []


def test_too_little_room_is_said_before_it_begins(folder, letter):
    little = shutil.disk_usage("/")._replace(free=1000)
    with mock.patch.object(making.shutil, "disk_usage", return_value=little):
        with pytest.raises(CommandError, match="Make room, or name another folder"):
            backup()
    assert left_in(folder) == []


def test_one_backup_at_a_time(folder):
    folder.mkdir()
    with making.alone_in(folder), pytest.raises(CommandError, match="is running"):
        backup()


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="No backup was made"):
        backup("--to", str(tmp_path / "file"))


def test_in_another_folder_nothing_is_removed(folder, tmp_path, letter, settings):
    settings.BACKUP_KEEP = (0, 0, 0)
    other = tmp_path / "disk"
    other.mkdir()
    (other / "clinic-20200101T000000Z.tar").touch()
    assert "Nothing was removed there" in backup("--to", str(other))
    assert len(left_in(other)) == 2
    assert not folder.exists()


def test_what_is_too_old_goes_once_the_new_one_is_proved(folder, letter, settings):
    settings.BACKUP_KEEP = (7, 4, 12)
    folder.mkdir()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for name in ["clinic-20200101T000000Z.tar", name_for(yesterday)]:
        (folder / name).touch()
    assert "2 backups are kept, 1 went" in backup()
    assert "BACKUP_KEEP asks for 12 months. The privacy page says 30 days" in backup_later()


def backup_later() -> str:
    with mock.patch.object(making, "name_for", return_value="clinic-20991128T000000Z.tar"):
        return backup()


@pytest.fixture
def tools(monkeypatch, tmp_path):
    """`pg_dump` of these versions is on the machine, and the server is 17."""
    monkeypatch.setattr(postgresql, "server_major", lambda: 17)

    def with_versions(*versions: int) -> None:
        monkeypatch.setattr(postgresql, "candidates", lambda name: [str(v) for v in versions])
        monkeypatch.setattr(postgresql, "version_of", int)

    return with_versions


def test_the_oldest_tool_that_fits_the_server_is_taken(tools):
    tools(15, 18, 17)
    assert postgresql.tool("pg_dump") == "17"


def test_an_older_tool_and_a_missing_one_are_named_with_their_cure(tools):
    tools(15)
    with pytest.raises(BackupProblem, match=r"of PostgreSQL 15, .*postgresql-client-17"):
        postgresql.tool("pg_dump")
    tools()
    with pytest.raises(BackupProblem, match="is not on this machine"):
        postgresql.tool("pg_dump")


def test_rows_that_a_tool_shows_with_its_error_are_not_repeated():
    said = "pg_restore: error: COPY failed\nDETAIL: Key (name)=(Jo)\nCONTEXT: COPY row: Jo"
    assert postgresql.reason(said) == "pg_restore: error: COPY failed"
