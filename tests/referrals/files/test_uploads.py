"""Attached files: sealed on disk before anything is acknowledged, held for their form, one day."""

import contextlib
import errno
import hashlib
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from django.utils import timezone

from referrals.files import judging, keeping, private_folder, storage, uploads
from referrals.files.private_folder import OWNER
from referrals.files.receiving import Received
from referrals.files.size_limits import LARGEST_FILE, MEGABYTE
from referrals.models import Attachment
from tests.makers import (
    form_key,
    hold_letter,
    make_attachment,
    path_of,
    referral,
    sample_pdf,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=25)


def received(data=None, name="letter.pdf"):
    data = sample_pdf() if data is None else data
    return Received(name, len(data), data)


def gather(key, *files, **kwargs):
    return uploads.gather(form_key=key, received=list(files), **kwargs)


def stored(settings):
    found = sorted(path.name for path in Path(settings.PRIVATE_ROOT).iterdir())
    return [name for name in found if name != OWNER]


def test_a_file_is_sealed_under_a_name_that_says_nothing(settings):
    file = gather(form_key(), received()).kept[0]
    path = Path(settings.PRIVATE_ROOT) / str(file.pk)
    assert stored(settings) == [path.name]
    assert b"%PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_read_is_what_was_sent():
    file = hold_letter(form_key())
    assert uploads.read_sent_file(Attachment.objects.get(pk=file.pk)) == sample_pdf()


def test_one_changed_bit_is_noticed(settings):
    file = hold_letter(form_key())
    path = path_of(file.pk)
    sealed = bytearray(path.read_bytes())
    sealed[100] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(InvalidToken):
        uploads.read_sent_file(file)


def test_a_file_in_the_place_of_another_is_noticed():
    one, two = hold_letter(form_key(), "one"), hold_letter(form_key(), "two")
    path_of(one.pk).write_bytes(path_of(two.pk).read_bytes())
    with pytest.raises(uploads.FileDamaged):
        uploads.read_sent_file(one)


def gone(file):
    path_of(file.pk).unlink()


def damaged(file):
    Attachment.objects.filter(pk=file.pk).update(sha256="0" * 64)
    file.sha256 = "0" * 64


def sealed_with_a_lost_key(file):
    sealed = Fernet(Fernet.generate_key()).encrypt(sample_pdf())
    path_of(file.pk).write_bytes(sealed)


def without_its_row(file):
    hold_letter(form_key(), "another one, whose row is there")
    Attachment.objects.filter(pk=file.pk).delete()


HARMS = [gone, damaged, sealed_with_a_lost_key]


@pytest.mark.parametrize("harm", [*HARMS, without_its_row])
def test_what_was_harmed_is_not_at_hand(harm):
    file = hold_letter(form_key())
    assert uploads.is_at_hand(file)
    harm(file)
    assert not uploads.is_at_hand(file)


@pytest.mark.parametrize("harm", HARMS)
def test_a_waiting_file_that_was_harmed_waits_on_and_breaks_no_form(harm):
    file = hold_letter(key := form_key())
    Attachment.objects.update(state="waiting")
    harm(file)
    assert gather(key, kept=[str(file.pk)]).kept == [file]
    assert Attachment.objects.get().state == "waiting"


def test_a_waiting_file_is_judged_when_its_form_comes_back():
    file = hold_letter(key := form_key())
    Attachment.objects.update(state="waiting")
    with mock.patch.object(judging, "inspect", return_value=["javascript"]):
        gather(key, kept=[str(file.pk)])
    file.refresh_from_db()
    assert (file.state, file.suspicions) == ("copy", ["javascript"])


def test_the_name_is_sealed_in_the_database():
    from django.db import connection

    hold_letter(form_key())
    cursor = connection.cursor()
    cursor.execute("SELECT name FROM referrals_attachment")
    assert "letter" not in cursor.fetchone()[0]


def test_the_same_file_twice_is_kept_once():
    key = form_key()
    files = gather(key, received(), received(name="copy.pdf"))
    assert len(files.kept) == 1
    assert gather(key, received()).kept == files.kept
    assert Attachment.objects.count() == 1


def test_a_second_click_with_the_same_file_finds_the_first(settings):
    key, real = form_key(), storage.write

    def slow(**kwargs):
        with mock.patch.object(storage, "write", real):
            hold_letter(key)
        real(**kwargs)

    with mock.patch.object(storage, "write", slow):
        second = hold_letter(key)
    assert Attachment.objects.get() == second
    assert len(stored(settings)) == 1


def test_a_kept_file_comes_back_and_a_removed_one_goes(settings):
    key = form_key()
    one, two = hold_letter(key, "one"), hold_letter(key, "two")
    files = gather(key, kept=[str(one.pk), str(two.pk)], removed=[str(one.pk)])
    assert files.kept == [two]
    assert stored(settings) == [str(two.pk)]


def test_a_file_of_another_form_is_neither_shown_nor_removed():
    other = hold_letter(form_key())
    files = gather(form_key(), kept=[str(other.pk)], removed=[])
    assert files.kept == []
    assert "no longer hold" in files.problems[0]
    gather(form_key(), kept=[str(other.pk)], removed=[str(other.pk)])
    assert Attachment.objects.filter(pk=other.pk).exists()


def test_a_sent_file_is_not_removed():
    key = form_key()
    letter = hold_letter(key)
    from referrals.intake.submitting import submit

    submit(enquiry=referral(), form_key=key, attachments=[letter])
    gather(key, kept=[str(letter.pk)], removed=[str(letter.pk)])
    assert uploads.read_sent_file(letter) == sample_pdf()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Received("a.pdf", 0, b""), "is empty"),
        (Received("a.pdf", LARGEST_FILE + 1, b""), "A file may have 10 MB"),
        (Received("a.pdf", MEGABYTE, b""), "all files together may have 25 MB"),
        (received(b"MZ\x90 program", "letter.pdf"), "We cannot read “letter.pdf”"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept(file, words):
    files = gather(form_key(), file, received())
    assert words in files.problems[0]
    assert len(files.kept) == 1


@pytest.mark.parametrize("limit", ["LARGEST_FILE", "LARGEST_TOGETHER"])
def test_a_file_that_just_fits_is_taken_and_one_byte_more_is_not(monkeypatch, limit):
    monkeypatch.setattr(uploads, limit, len(sample_pdf()))
    assert len(gather(form_key(), received()).kept) == 1
    monkeypatch.setattr(uploads, limit, len(sample_pdf()) - 1)
    assert len(gather(form_key(), received()).problems) == 1


def test_a_sixth_file_is_named(monkeypatch):
    monkeypatch.setattr(judging, "inspect", lambda kind, data, **_: [])
    six = [received(sample_pdf(str(n)), f"{n}.pdf") for n in range(6)]
    files = gather(form_key(), *six)
    assert len(files.kept) == 5
    assert "“5.pdf” is one too many" in files.problems[0]


def test_fewer_files_than_the_browser_sent_are_noticed():
    files = gather(form_key(), received(), declared=2)
    assert "sent 2 files, but 1 arrived" in files.problems[0]
    assert len(files.kept) == 1


def test_a_full_disk_leaves_nothing_behind(settings):
    with mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "full")):
        with pytest.raises(OSError, match="full"):
            hold_letter(form_key())
    assert stored(settings) == []
    assert not Attachment.objects.exists()


def test_files_are_refused_before_the_database_has_no_room_left(settings):
    with mock.patch.object(private_folder, "room", return_value=0):
        with pytest.raises(OSError, match="space"):
            hold_letter(form_key())
    assert stored(settings) == []


def test_the_folder_is_on_the_disk_before_the_row(settings):
    with mock.patch.object(private_folder, "sync_folder", side_effect=OSError):
        with pytest.raises(OSError):  # noqa: PT011
            hold_letter(form_key())
    assert stored(settings) == []
    assert not Attachment.objects.exists()


def test_held_files_go_after_a_day_and_sent_ones_stay(settings):
    held = hold_letter(form_key(), "held")
    key = form_key()
    from referrals.intake.submitting import submit

    letter = hold_letter(key, "sent")
    submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert keeping.purge_held() == 0
    assert keeping.purge_held(at=timezone.now() + DAY) == 1
    assert stored(settings) == [str(letter.pk)]
    assert not Attachment.objects.filter(pk=held.pk).exists()


def test_a_file_adopted_at_the_last_moment_is_not_purged():
    file = make_attachment()
    Attachment.objects.filter(pk=file.pk).update(enquiry=submitted(referral()), held_for="")
    assert uploads.discard([file]) == 0


def test_a_form_that_is_sent_while_its_letter_is_purged_loses_no_letter():
    key, enquiry = form_key(), submitted(referral())
    file = hold_letter(key, at=timezone.now() - DAY)

    def sent_meanwhile(execute, sql, *rest):
        """Just before the row is deleted, another process stores the form."""
        if sql.startswith("DELETE") and not adopted:
            adopted.append(True)
            with contextlib.suppress(uploads.FileGone):
                uploads.adopt(enquiry=enquiry, files=[file], form_key=key)
                adopted.append("has the letter")
        return execute(sql, *rest)

    adopted = []
    with connection.execute_wrapper(sent_meanwhile):
        keeping.purge_held()
    assert adopted
    assert enquiry.attachments.exists() == ("has the letter" in adopted)


def test_a_lost_key_stops_no_purge(settings):
    hold_letter(form_key(), at=timezone.now() - DAY)
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    assert keeping.purge_held() == 1
    assert stored(settings) == []


def test_a_file_that_a_second_click_held_and_let_go_again_is_held_anew():
    """Of ten equal posts one holds the file first and, as all is stored, lets it go at once."""
    key, data = form_key(), sample_pdf()
    quicker = make_attachment(held_for="f" * 32, sha256=hashlib.sha256(data).hexdigest())
    real, calls = Attachment.save, []

    def save(self, *args, **kwargs):
        calls.append(self)
        if len(calls) == 1:  # in the same savepoint, so it is away once this one has failed
            Attachment.objects.filter(pk=quicker.pk).update(held_for=key)
        real(self, *args, **kwargs)

    with mock.patch.object(Attachment, "save", save):
        file = uploads.hold(name="a.pdf", data=data, form_key=key, position=1, at=timezone.now())
    assert len(calls) == 2
    assert uploads.read_sent_file(file) == data
