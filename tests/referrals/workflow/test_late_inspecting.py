"""The mail process inspects what a request had no time for, and tells whoever must know."""

import errno
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic_site.health import run_check
from referrals import chores
from referrals.files import judging, storage, uploads
from referrals.inspecting import bounded
from referrals.intake.submitting import submit
from referrals.mail.texts import write_letter
from referrals.models import Attachment, Event, Notification
from referrals.references import status_token
from referrals.workflow import late_inspecting
from referrals.workflow.late_inspecting import files_waiting, inspect_one, inspect_waiting
from tests.makers import form_key, hold_letter, make_attachment, referral, submitted
from tests.sample_files import locked_pdf, pdf

pytestmark = pytest.mark.django_db
HEALTH = "referrals.files.health.files_not_inspected"


def sent_waiting(data=None, **changes):
    """A sent referral whose letter was not inspected in the request."""
    key = form_key()
    with mock.patch.object(judging, "inspect", side_effect=bounded.Busy):
        file = uploads.hold(
            name="a.pdf", data=data or pdf(), form_key=key, position=1, at=timezone.now()
        )
        return submit(enquiry=referral(**changes), form_key=key, attachments=[file])


def file_of(enquiry):
    return enquiry.attachments.get()


def kinds_of_events(enquiry):
    return [event.kind for event in enquiry.events.all()]


def test_a_late_letter_becomes_clean_and_the_timeline_says_so():
    enquiry = sent_waiting()
    assert file_of(enquiry).state == "waiting"
    assert inspect_waiting() == 1
    assert file_of(enquiry).state == "clean"
    assert kinds_of_events(enquiry) == ["received", "inspected"]


def test_it_is_one_of_the_chores_of_the_mail_process():
    enquiry = sent_waiting()
    chores.run_all(at=timezone.now())
    assert file_of(enquiry).state == "clean"


def test_a_password_that_is_found_late_is_told_on_the_status_page_and_by_mail(client):
    enquiry = sent_waiting(locked_pdf(user="sample"))
    inspect_waiting()
    assert file_of(enquiry).state == "quarantined"
    page = client.get(reverse("referrals:status", args=[status_token(enquiry.form_key)]))
    assert "File 1 asks for a password" in page.content.decode()
    letter = write_letter(Notification.objects.get(kind="status"))
    assert "could not use one of the files" in letter.body
    assert "a file needs mending" in letter.subject
    assert "visit" not in letter.subject + letter.body


def test_nobody_hears_of_a_late_file_in_what_looks_like_spam(client):
    key = form_key()
    with mock.patch.object(judging, "inspect", side_effect=bounded.Busy):
        data = locked_pdf(user="sample")
        file = uploads.hold(name="a", data=data, form_key=key, position=1, at=timezone.now())
        enquiry = submit(
            enquiry=referral(), form_key=key, attachments=[file], suspicions=["honeypot"]
        )
    inspect_waiting()
    assert not Notification.objects.filter(kind="status").exists()
    page = client.get(reverse("referrals:status", args=[status_token(enquiry.form_key)]))
    assert "asks for a password" not in page.content.decode()


def test_two_mail_processes_give_one_state_and_one_event():
    enquiry = sent_waiting(locked_pdf(user="sample"))
    first, second = file_of(enquiry), file_of(enquiry)
    assert inspect_one(first)
    assert not inspect_one(second)
    assert kinds_of_events(enquiry).count("quarantined") == 1
    assert Notification.objects.filter(kind="status").count() == 1


def test_a_process_that_is_cut_off_leaves_the_file_to_the_next_round():
    enquiry = sent_waiting(locked_pdf(user="sample"))
    with mock.patch.object(late_inspecting, "note", side_effect=KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            inspect_waiting()
    assert file_of(enquiry).state == "waiting"
    assert inspect_waiting() == 1
    assert kinds_of_events(enquiry) == ["received", "quarantined"]


def test_a_file_that_breaks_its_inspection_is_set_aside_at_last(monkeypatch):
    enquiry = sent_waiting()
    monkeypatch.setattr(judging, "inspect", mock.Mock(side_effect=bounded.TookTooLong))
    inspect_waiting()
    assert file_of(enquiry).suspicions == ["could_not_inspect"]


def test_a_file_that_is_gone_stops_no_other(caplog):
    gone, there = sent_waiting(), sent_waiting()
    storage.remove(name=file_of(gone).pk)
    assert inspect_waiting() == 1
    assert file_of(there).state == "clean"
    assert "cannot be inspected" in caplog.text


def test_a_file_that_the_disk_cannot_read_stops_no_other(monkeypatch):
    broken, there = sent_waiting(), sent_waiting()
    bad, real = file_of(broken).pk, storage.read

    def read(*, name):
        if name == bad:
            raise OSError(errno.EIO, "Input/output error")
        return real(name=name)

    monkeypatch.setattr(storage, "read", read)
    assert inspect_waiting() == 1
    assert file_of(there).state == "clean"


def test_what_staff_wait_for_comes_first():
    now = timezone.now()
    fields = {"state": "waiting", "stored_at": now}
    held = make_attachment(**fields)
    spam = make_attachment(
        enquiry=submitted(referral(), suspicions=["honeypot"]), held_for="", **fields
    )
    real = make_attachment(enquiry=submitted(referral()), held_for="", **fields)
    assert list(files_waiting()) == [real, spam, held]


def test_a_round_ends_before_the_mail_has_waited_long(monkeypatch):
    for _ in range(3):
        sent_waiting()
    monkeypatch.setattr(late_inspecting, "SECONDS_A_ROUND", -1)
    assert inspect_waiting() == 0


def test_files_wait_for_a_scanner_that_is_away_and_nothing_is_lost(settings, tmp_path, caplog):
    enquiry = sent_waiting()
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    assert inspect_waiting() == 0
    assert file_of(enquiry).state == "waiting"
    assert not run_check("referrals.files.health.virus_scanner").ok
    settings.CLAMD_SOCKET = ""
    assert inspect_waiting() == 1
    assert run_check("referrals.files.health.virus_scanner").ok


def test_health_says_when_staff_have_waited_too_long():
    enquiry = sent_waiting()
    assert run_check(HEALTH).ok
    type(enquiry).objects.update(received_at=timezone.now() - timezone.timedelta(minutes=20))
    assert not run_check(HEALTH).ok
    inspect_waiting()
    assert run_check(HEALTH).ok


def test_a_second_press_tries_a_waiting_file_again():
    key = form_key()
    with mock.patch.object(judging, "inspect", side_effect=bounded.Busy):
        file = hold_letter(key)
    assert file.state == "waiting"
    files = uploads.gather(form_key=key, received=[], kept=[str(file.pk)])
    assert [kept.state for kept in files.kept] == ["clean"]
    assert not Event.objects.exists()


def test_a_waiting_file_is_not_held_for_longer():
    file = make_attachment(state="waiting")
    assert uploads.discard(Attachment.objects.filter(pk=file.pk)) == 1
