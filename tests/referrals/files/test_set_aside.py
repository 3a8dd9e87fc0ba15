"""A file that no row names is set aside for 30 days, named, and comes back by itself."""

import os
from datetime import timedelta
from pathlib import Path
from unittest import mock
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from referrals.chores import run_all
from referrals.files import keeping, private_folder, storage, uploads
from referrals.intake.submitting import submit
from referrals.mail.health import files
from referrals.models import AccessLog, Attachment
from tests.makers import form_key, hold_letter, make_user, referral, sample_pdf, signed_in

pytestmark = pytest.mark.django_db
LOOK = "referrals.view_attachment"
ASIDE = "admin:referrals_enquiry_aside"


@pytest.fixture
def folder(settings) -> Path:
    return Path(settings.PRIVATE_ROOT)


def sent(words="Dear colleague") -> Attachment:
    """A letter of a referral that is stored."""
    key = form_key()
    letter = hold_letter(key, words)
    submit(enquiry=referral(), form_key=key, attachments=[letter])
    return Attachment.objects.get(pk=letter.pk)


def forgotten(letter: Attachment) -> Attachment:
    """As after an older dump: the file lies there, and its row is not yet written."""
    Attachment.objects.filter(pk=letter.pk).delete()
    return letter


def after(**time) -> int:
    return keeping.keep_folder(at=timezone.now() + timedelta(**time))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_an_older_dump_beside_newer_files_costs_none_of_them(folder):
    kept = [sent(str(n)) for n in range(4)]
    newer = [forgotten(sent(str(n))) for n in range(4, 7)]
    assert after(hours=23) == 0
    assert after(hours=25) == 3
    assert {str(file.pk) for file in kept} <= names(folder)
    assert {one.name for one in keeping.files_aside()} == {str(file.pk) for file in newer}
    assert after(days=20) == 0
    assert len(keeping.files_aside()) == 3


def test_it_comes_back_by_itself_when_a_row_names_it_again(folder):
    letter = forgotten(sent())
    after(hours=25)
    letter.save(force_insert=True)
    assert uploads.read_sent_file(letter) == sample_pdf()  # at once, wherever it lies
    after(hours=26)
    assert str(letter.pk) in names(folder)
    assert keeping.files_aside() == []


def test_it_goes_after_30_days_and_not_before(folder):
    letter = forgotten(sent())
    after(hours=25)
    after(days=31)
    assert storage.is_there(name=letter.pk)
    after(days=33)
    assert not storage.is_there(name=letter.pk)
    assert list((folder / "aside").iterdir()) == []


def test_what_a_row_names_again_is_never_removed_from_aside(folder):
    letter = forgotten(sent())
    after(hours=25)
    letter.save(force_insert=True)
    with mock.patch.object(keeping, "put_back"):
        after(days=400)
    assert uploads.read_sent_file(letter) == sample_pdf()


def test_a_form_that_was_not_sent_in_time_is_still_forgotten_at_once(folder):
    letter = hold_letter(form_key())
    run_all(at=timezone.now() + timedelta(hours=25))
    assert not storage.is_there(name=letter.pk)
    assert keeping.files_aside() == []


def test_half_written_files_of_ours_go_when_they_are_old_and_no_others(folder):
    sent()
    ours = folder / "0b0b0b0b-0000-4000-8000-000000000000.part"
    for path in [ours, folder / "half.part", folder / "film.mp4.part"]:
        path.write_bytes(b"half")
    after(hours=1)
    assert ours.exists()
    after(hours=25)
    assert not ours.exists()
    assert {"half.part", "film.mp4.part"} <= names(folder)


def test_what_the_site_never_put_there_is_counted_and_left(folder, tmp_path):
    letter = sent()
    (folder / "notes.txt").write_text("the manager's own")
    (folder / str(letter.pk).upper()).write_bytes(b"not our way to write it")
    target = tmp_path / "elsewhere"
    target.write_bytes(b"x")
    os.utime(target, (0, 0))
    link = folder / "0b0b0b0b-0000-4000-8000-000000000000"
    link.symlink_to(target)
    after(days=400)
    assert link.is_symlink()
    assert target.exists()
    assert (folder / "notes.txt").exists()
    assert files().detail["strange_names"] == 3
    assert files().ok


def test_two_mail_processes_at_once_lose_nothing(folder):
    letters = [forgotten(sent(str(n))) for n in range(3)]
    real = private_folder.move

    def the_other_was_faster(path, target):
        real(path, target)
        return real(path, target)

    with mock.patch.object(private_folder, "move", the_other_was_faster):
        assert after(hours=25) == 0
    assert all(storage.is_there(name=letter.pk) for letter in letters)


def test_a_cut_between_the_move_and_its_sync_loses_nothing(folder):
    letter = forgotten(sent())
    with mock.patch.object(private_folder, "sync_folder", side_effect=KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            after(hours=25)
    assert storage.read(name=letter.pk) == sample_pdf()
    after(hours=25)
    assert storage.read(name=letter.pk) == sample_pdf()


def test_nothing_is_ever_moved_over_another_file(folder):
    letter = forgotten(sent())
    after(hours=25)
    storage.write(name=letter.pk, data=b"newer")
    letter.save(force_insert=True)
    after(hours=26)
    assert storage.read(name=letter.pk) == b"newer"
    assert len(keeping.files_aside()) == 1


def test_a_new_key_is_given_to_what_is_set_aside_too(folder, settings):
    letter = forgotten(sent())
    after(hours=25)
    newest = Fernet.generate_key().decode()
    settings.CLINIC_DATA_KEYS = [newest, *settings.CLINIC_DATA_KEYS]
    [before] = keeping.files_aside()
    assert storage.reseal() == 1
    settings.CLINIC_DATA_KEYS = [newest]
    assert storage.read(name=letter.pk) == sample_pdf()
    assert keeping.files_aside()[0].stored == before.stored  # its age is the same


def test_health_and_the_front_page_name_how_many_and_when(client):
    forgotten(sent())
    keeping.keep_folder(at=timezone.now() + timedelta(hours=25))
    assert files().ok
    assert files().detail["set_aside"] == 1
    signed_in(client, make_user("referrals.view_enquiry"))
    front = client.get("/admin/").content.decode()
    assert "1 file belongs to no enquiry" in front
    assert "older backup" in front
    assert reverse(ASIDE) not in front  # only for those who may


def test_who_may_looks_at_it_by_a_button_and_that_is_noted(client):
    letter = forgotten(sent())
    after(hours=25)
    robin = make_user("referrals.view_enquiry", LOOK)
    signed_in(client, robin)
    page = client.get(reverse(ASIDE)).content.decode()
    assert str(letter.pk)[:8] in page
    url = reverse("admin:referrals_enquiry_save_aside", args=[letter.pk])
    assert client.get(url).status_code == 405
    response = client.post(url)
    assert response.content == sample_pdf()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert AccessLog.objects.filter(action="aside", by=robin).exists()
    noted = AccessLog.objects.first()
    assert (noted.reference, noted.action, noted.by) == (str(letter.pk)[:8], "save aside", robin)


def test_a_button_puts_back_at_once_what_a_row_names(client, folder):
    letter = forgotten(sent())
    after(hours=25)
    letter.save(force_insert=True)
    signed_in(client, make_user("referrals.view_enquiry", LOOK))
    page = client.post(reverse(ASIDE), follow=True).content.decode()
    assert "Files put back: 1" in page
    assert str(letter.pk) in names(folder)


def test_a_file_of_an_enquiry_cannot_be_taken_by_this_way(client):
    letter = sent()
    signed_in(client, make_user(LOOK))
    url = reverse("admin:referrals_enquiry_save_aside", args=[letter.pk])
    assert client.post(url).status_code == 302
    assert not AccessLog.objects.exists()


def test_nobody_else_may(client):
    letter = forgotten(sent())
    after(hours=25)
    receptionist = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    signed_in(client, receptionist)
    url = reverse("admin:referrals_enquiry_save_aside", args=[letter.pk])
    assert [client.get(reverse(ASIDE)).status_code, client.post(url).status_code] == [403, 403]
    assert client.post(reverse(ASIDE)).status_code == 403
    with pytest.raises(PermissionDenied):
        keeping.save_aside(name=UUID(str(letter.pk)), by=receptionist)
    assert not AccessLog.objects.exists()
