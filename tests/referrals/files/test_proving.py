"""A file that is gone or damaged is found by the mail process and said in words, never a 500."""

import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from clinic_site.sealing.tokens import seal_bytes, sealed_size
from referrals.files import proving, records, storage, uploads
from referrals.intake.submitting import submit
from referrals.mail.health import files
from referrals.models import Attachment, FileProof, Referral
from tests.makers import form_key, hold_letter, make_user, path_of, referral, sample_pdf, signed_in

pytestmark = pytest.mark.django_db
WRONG = ["gone", "truncated", "of another", "changed", "empty", "a link", "a folder"]


def sent(words="Dear colleague") -> Attachment:
    key = form_key()
    letter = hold_letter(key, words)
    submit(enquiry=referral(sender_phone="02 5550 0123"), form_key=key, attachments=[letter])
    return Attachment.objects.get(pk=letter.pk)


def spoil(letter: Attachment, how: str) -> Path:
    path = path_of(letter.pk)
    sealed = path.read_bytes()
    path.unlink()
    if how == "truncated":
        path.write_bytes(sealed[:-7])
    elif how == "of another":
        path.write_bytes(seal_bytes(b"x" * letter.size))
    elif how == "changed":
        path.write_bytes(sealed[:99] + b"AAAA" + sealed[103:])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "a link":
        elsewhere = path.with_name("elsewhere")
        elsewhere.write_bytes(sealed)
        path.symlink_to(elsewhere)
    elif how == "a folder":
        path.mkdir()
    return path


def rounds(*, after=timedelta(), count=2) -> None:
    for number in range(count):
        proving.prove_files(at=timezone.now() + after + timedelta(minutes=number))


def page(client, letter) -> str:
    signed_in(client, make_user("referrals.view_enquiry"))
    return " ".join(client.get(letter.enquiry.get_admin_url()).text.split())


def file_url(letter) -> str:
    return reverse("admin:referrals_enquiry_file", args=[letter.enquiry_id, letter.pk])


@given(st.binary(max_size=400))
def test_how_long_a_sealed_file_is_is_known_before(data):
    assert sealed_size(len(data)) == len(seal_bytes(data))
    assert sealed_size(10 * 1024 * 1024) <= storage.ONE_LETTER


@pytest.mark.parametrize("how", WRONG)
def test_what_is_wrong_is_found_and_named(client, how):
    whole, letter = sent("whole"), sent()
    spoil(letter, how)
    rounds()
    is_gone = how in {"gone", "a link", "a folder"}
    assert FileProof.objects.get(pk=letter.pk).problem == ("missing" if is_gone else "damaged")
    assert FileProof.objects.get(pk=whole.pk).problem == ""
    assert files().ok is False
    words = "is gone from our server" if is_gone else "is damaged and cannot be opened"
    html = page(client, letter)
    assert f"File 1 of this referral {words} (since" in html
    assert "Ask Dr Sam Samplegp to send it again: telephone 02 5550 0123, sam@practice" in html
    assert file_url(letter) not in html
    front = client.get("/admin/").content.decode()
    assert "1 file cannot be opened" in front
    assert letter.enquiry.reference in front
    assert whole.enquiry.reference not in front


@pytest.mark.parametrize("how", WRONG)
def test_a_download_is_a_plain_page_and_is_written_down(client, how):
    letter = sent()
    spoil(letter, how)
    signed_in(client, make_user("referrals.view_enquiry"))
    response = client.get(file_url(letter))
    assert response.status_code == 410
    assert "Ask Dr Sam Samplegp to send it again" in response.content.decode()
    assert files().ok is False


@pytest.mark.parametrize("how", WRONG)
def test_the_record_is_made_without_it_and_says_so(how):
    letter = sent()
    spoil(letter, how)
    pdf = PdfReader(BytesIO(records.record_pdf(enquiry=letter.enquiry)))
    cover = pdf.pages[0].extract_text().replace("\n", " ")
    assert "NOT HERE" in cover
    assert "Ask the sender to send it again" in cover


def test_the_enquiry_says_so_at_once_before_any_round(client):
    letter = sent()
    spoil(letter, "gone")
    assert "File 1 of this referral is gone from our server." in page(client, letter)


def test_moving_the_folder_back_heals_all_by_itself(client, settings, tmp_path):
    letter = sent()
    shutil.move(settings.PRIVATE_ROOT, tmp_path / "elsewhere")
    rounds()
    assert files().detail["missing"] == 1
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)
    shutil.move(tmp_path / "elsewhere", settings.PRIVATE_ROOT)
    assert "cannot be opened" not in page(client, letter)
    rounds()
    assert files().ok
    assert FileProof.objects.get().problem == ""


def test_a_damaged_file_that_a_backup_brings_back_heals_within_minutes():
    letter = sent()
    whole = path_of(letter.pk).read_bytes()
    path = spoil(letter, "changed")
    rounds()
    assert files().ok is False
    path.write_bytes(whole)
    rounds(after=timedelta(minutes=6))
    assert files().ok


def test_since_when_is_kept_for_as_long_as_it_lasts():
    letter = sent()
    spoil(letter, "gone")
    rounds()
    first = FileProof.objects.get().since
    rounds(after=timedelta(days=40))
    assert FileProof.objects.get().since == first


def test_each_file_is_proved_soon_after_it_came_and_again_within_30_days():
    letter = sent()
    assert proving.prove_some(at=timezone.now()) == 1
    assert proving.prove_some(at=timezone.now()) == 0
    assert proving.prove_some(at=timezone.now() + timedelta(days=19)) == 0
    spoil(letter, "changed")
    assert proving.prove_some(at=timezone.now() + timedelta(days=21)) == 1
    assert files().detail["damaged"] == 1


def test_a_round_reads_a_few_megabytes_and_the_next_goes_on(monkeypatch):
    letters = [sent(str(n)) for n in range(3)]
    monkeypatch.setattr(proving, "BYTES_A_ROUND", letters[0].size + 1)
    assert proving.prove_some(at=timezone.now()) == 2
    assert proving.prove_some(at=timezone.now()) == 1
    assert FileProof.objects.count() == 3


def test_whether_all_are_there_is_asked_without_reading_any(django_assert_max_num_queries):
    for number in range(5):
        sent(str(number))
    with mock.patch.object(uploads, "read_sent_file", side_effect=AssertionError):
        with django_assert_max_num_queries(6):
            proving.look_for_all(at=timezone.now())


def test_files_that_are_only_held_are_nobodys_loss():
    letter = hold_letter(form_key())
    spoil(letter, "gone")
    rounds()
    assert files().ok


def test_two_mail_processes_at_once_write_one_row():
    letter = sent()
    spoil(letter, "gone")
    real = storage.present

    def the_other_finds_it_first():
        there = real()
        with mock.patch.object(storage, "present", real):
            proving.look_for_all(at=timezone.now())
        return there

    with mock.patch.object(storage, "present", the_other_finds_it_first):
        proving.look_for_all(at=timezone.now())
    assert FileProof.objects.get().problem == "missing"


def test_a_lost_key_is_said_and_no_500(client, settings):
    letter = sent()
    signed_in(client, make_user("referrals.view_enquiry"))
    with mock.patch.object(uploads, "read_sent_file", side_effect=uploads.InvalidToken):
        assert client.get(file_url(letter)).status_code == 410
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    rounds()
    assert files().ok is False


def test_a_held_file_that_went_is_asked_for_again_and_taken():
    key = form_key()
    letter = hold_letter(key)
    path_of(letter.pk).unlink()
    with pytest.raises(uploads.FileGone):
        submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert not Referral.objects.exists()
    assert not uploads.is_at_hand(letter)
    assert hold_letter(key) == letter
    submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert uploads.read_sent_file(letter) == sample_pdf()


@pytest.mark.parametrize("wrong", [{"problem": "missing"}, {"problem": "odd"}, {"since": 1}])
def test_a_problem_has_a_time_and_a_name(wrong):
    letter, now = sent(), timezone.now()
    since = now if wrong.get("problem") == "odd" or "since" in wrong else None
    problem = wrong.get("problem", "")
    with pytest.raises(IntegrityError, match="problem_has_a_time"), transaction.atomic():
        FileProof.objects.create(attachment=letter, looked_at=now, problem=problem, since=since)
