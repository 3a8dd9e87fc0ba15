"""A folder of files belongs to one database, and what another database knows is never touched."""

import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.database_identity import database_identity, known_identity
from clinic_site.health import run_check
from clinic_site.models import DatabaseIdentity
from referrals.files import keeping, private_folder, storage, uploads
from referrals.files.private_folder import OWNER
from referrals.intake.submitting import submit
from referrals.mail.health import files, whose_folder
from referrals.models import Attachment
from tests.makers import form_key, hold_letter, make_user, path_of, referral, sample_pdf, signed_in

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(days=2)
MUCH_LATER = timezone.now() + timedelta(days=400)


@pytest.fixture
def folder(settings) -> Path:
    return Path(settings.PRIVATE_ROOT)


def everything(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def on_another_database() -> None:
    """As at the first start with a new DATABASE_URL: no rows, and no identity."""
    Attachment.objects.all().delete()
    DatabaseIdentity.objects.all().delete()


def tidy_for_a_year() -> None:
    for days in (0, 2, 33, 400):
        keeping.purge_held(at=timezone.now() + timedelta(days=days))
        keeping.keep_folder(at=timezone.now() + timedelta(days=days))


def test_the_folder_bears_the_number_of_its_database(folder):
    hold_letter(form_key())
    assert (folder / OWNER).read_text().startswith(str(known_identity()))
    assert (folder / OWNER).stat().st_mode & 0o777 == 0o600
    assert whose_folder() == "ours"


def test_a_new_database_touches_no_file_of_the_old_one(folder):
    for number in range(3):
        hold_letter(form_key(), str(number))
    before = everything(folder)
    on_another_database()
    tidy_for_a_year()
    assert before.items() <= everything(folder).items()
    assert files().ok is False
    assert files().detail["folder"] == "another database"


def test_a_new_database_still_takes_letters_into_a_folder_of_its_own(folder):
    hold_letter(form_key())
    on_another_database()
    letter = hold_letter(form_key(), "new")
    assert path_of(letter.pk) == folder / str(known_identity()) / str(letter.pk)
    assert uploads.read_sent_file(letter) == sample_pdf("new")
    keeping.purge_held(at=LATER)
    assert list((folder / str(known_identity())).iterdir()) == []


def test_once_the_old_files_are_moved_away_the_folder_is_the_new_databases(folder, tmp_path):
    hold_letter(form_key())
    on_another_database()
    early = hold_letter(form_key(), "early")
    for path in [*folder.glob("*-*"), folder / OWNER]:
        if path.is_file():
            path.rename(tmp_path / path.name)
    keeping.keep_folder()
    late = hold_letter(form_key(), "late")
    assert path_of(late.pk) == folder / str(late.pk)
    assert uploads.read_sent_file(early) == sample_pdf("early")
    assert files().detail["folder"] == "ours"


def test_back_on_the_old_database_the_others_files_are_named_and_left(folder):
    mine = hold_letter(form_key())
    old, row = known_identity(), Attachment.objects.get()
    on_another_database()
    hold_letter(form_key(), "of the other")
    DatabaseIdentity.objects.update(identity=old)
    row.save(force_insert=True)
    before = everything(folder)
    keeping.keep_folder(at=MUCH_LATER)
    assert everything(folder) == before
    assert files().ok
    assert files().detail["other_databases"] == 1
    assert uploads.read_sent_file(mine) == sample_pdf()


def test_a_folder_from_before_there_were_numbers_is_known_by_its_files(folder):
    hold_letter(form_key())
    (folder / OWNER).unlink()
    DatabaseIdentity.objects.all().delete()
    assert whose_folder() == "ours"
    keeping.settle()
    assert private_folder.owner() == known_identity()


def test_a_folder_from_before_numbers_of_an_unknown_database_is_nobodys(folder):
    hold_letter(form_key())
    (folder / OWNER).unlink()
    on_another_database()
    before = everything(folder)
    tidy_for_a_year()
    assert everything(folder) == before
    assert whose_folder() == "no owner"


def test_a_backup_from_before_there_were_numbers_takes_the_folders(folder):
    hold_letter(form_key())
    was = known_identity()
    DatabaseIdentity.objects.all().delete()
    keeping.settle()
    assert known_identity() == was
    assert whose_folder() == "ours"


def test_an_owner_that_cannot_be_read_is_somebody_else(folder):
    letter = hold_letter(form_key())
    (folder / OWNER).write_text("")
    DatabaseIdentity.objects.all().delete()
    Attachment.objects.update(stored_at=timezone.now())
    tidy_for_a_year()
    assert known_identity() != UUID(int=0)
    assert storage.is_there(name=letter.pk)
    assert files().ok is False


def test_a_copy_for_a_drill_is_whole_and_harms_nothing(folder, settings, tmp_path):
    letter = hold_letter(form_key())
    shutil.copytree(folder, tmp_path / "drill")
    before = everything(folder)
    settings.PRIVATE_ROOT = tmp_path / "drill"
    assert whose_folder() == "ours"
    assert uploads.read_sent_file(letter) == sample_pdf()
    keeping.purge_held(at=LATER)
    assert everything(folder) == before


def test_a_disk_that_knows_no_links_gets_an_owner_too(folder):
    with mock.patch("os.link", side_effect=PermissionError):
        hold_letter(form_key())
    assert private_folder.owner() == known_identity()


def test_a_folder_that_cannot_be_written_is_said_and_stops_no_set_up(folder, caplog):
    hold_letter(form_key())
    with mock.patch("os.access", return_value=False):
        assert files().detail["folder"] == "not writable"
        assert files().ok is False
    with mock.patch.object(private_folder, "home", side_effect=PermissionError):
        keeping.prepare()
    assert "cannot be written" in caplog.text


def test_setting_up_claims_an_empty_folder(folder):
    with mock.patch("clinic_site.management.commands.prepare_site.call_command"):
        call_command("prepare_site")
    assert private_folder.owner() == known_identity() is not None


def test_the_number_is_one_row_and_never_made_in_a_transaction():
    first = database_identity()
    assert database_identity(proposed=uuid4()) == first
    with pytest.raises(IntegrityError, match="one_row"), transaction.atomic():
        DatabaseIdentity.objects.create(pk=2, identity=uuid4())


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_may_be_undone_makes_no_number():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        database_identity()
    assert known_identity() is None


def test_of_eight_databases_at_once_one_gets_the_folder_whole(folder):
    folder.mkdir()
    numbers = [uuid4() for _ in range(8)]
    start = threading.Barrier(8)

    def first_use(number: UUID) -> None:
        start.wait()
        private_folder.claim(number)

    threads = [threading.Thread(target=first_use, args=[number]) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert private_folder.owner() in numbers
    assert os.listdir(folder) == [OWNER]


def test_a_second_claim_changes_nothing(folder):
    hold_letter(form_key())
    private_folder.claim(uuid4())
    assert private_folder.owner() == known_identity()


def test_the_front_page_says_what_can_be_done(client, folder):
    signed_in(client, make_user("referrals.view_enquiry"))
    assert "Every file is in its place" in client.get("/admin/").content.decode()
    hold_letter(form_key())
    on_another_database()
    keeping.settle()
    front = client.get("/admin/").content.decode()
    for words in ["holds files of another database", "put DATABASE_URL back", str(folder)]:
        assert words in front
    assert f"write {known_identity()} in the first line" in front


def test_a_setup_by_root_does_not_hide_from_the_site_whose_folder_it_is(folder):
    folder.mkdir(parents=True, exist_ok=True)
    user = folder.stat()
    with (
        mock.patch.object(private_folder.os, "geteuid", return_value=0),
        mock.patch.object(private_folder.os, "fchown") as given,
    ):
        keeping.settle()
    assert given.call_args.args[1:] == (user.st_uid, user.st_gid)


def test_a_rotation_by_root_leaves_the_files_to_the_user_of_the_site(folder, settings):
    file = hold_letter(form_key())
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode(), *settings.CLINIC_DATA_KEYS]
    owner = (folder / str(file.pk)).stat()
    with mock.patch.object(storage.os, "chown") as given:
        assert storage.reseal() == 1
    assert given.call_args.args[1:] == (owner.st_uid, owner.st_gid)


@pytest.fixture
def broken_folder(settings, tmp_path) -> Path:
    """A folder that answers every question with an error, as a disk does that is away."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    settings.PRIVATE_ROOT = loop
    return loop


def test_health_names_a_folder_that_cannot_be_read(client, broken_folder):
    assert client.get("/healthz").status_code == 503
    assert run_check("referrals.mail.health.files").detail["folder"] == "not readable"


def test_staff_read_what_was_sent_while_the_folder_cannot_be_read(client, settings, broken_folder):
    settings.PRIVATE_ROOT, away = broken_folder.parent / "there", broken_folder
    key = form_key()
    enquiry = submit(enquiry=referral(), form_key=key, attachments=[hold_letter(key)])
    settings.PRIVATE_ROOT = away
    signed_in(client, make_user("referrals.view_enquiry"))
    assert "the server cannot read" in client.get("/admin/").content.decode()
    page = client.get(enquiry.get_admin_url())
    assert page.status_code == 200
    assert "Samplepatient" in page.content.decode()
