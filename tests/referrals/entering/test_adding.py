"""A file that came later, and a note to colleagues, are added to an enquiry that is there."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from clinic_site.web.body_limits import largest_answered
from referrals.entering import adding
from referrals.entering.adding import add_note, attach
from referrals.files import storage, uploads
from referrals.files.judging import Verdict
from referrals.files.size_limits import LARGEST_TOGETHER
from referrals.inspecting.child import EICAR
from referrals.inspecting.findings import NEEDS_PASSWORD
from referrals.intake.status import file_words
from referrals.intake.submitting import submit
from referrals.ledger.differences import files_out_of_order
from referrals.models import AccessLog, Attachment, Enquiry, Notification
from referrals.patient_requests.held import held_of
from referrals.references import new_form_key
from referrals.workflow import verbs
from referrals.workflow.late_inspecting import settle
from tests.makers import (
    form_key,
    hold_letter,
    make_user,
    path_of,
    referral,
    sample_letter,
    sample_pdf,
    signed_in,
    submitted,
    with_status_link,
    words_of,
)
from tests.referrals.entering.desk import receptionist

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def enquiry(robin):
    key = form_key()
    letter = hold_letter(key, words="The first one")
    sent = submit(enquiry=referral(), form_key=key, attachments=[letter])
    return verbs.open_(enquiry=sent, by=robin)


@pytest.fixture
def desk(client, robin):
    return signed_in(client, robin)


def to_attach(enquiry):
    return f"/admin/referrals/enquiry/{enquiry.pk}/attach/"


def to_note(enquiry):
    return f"/admin/referrals/enquiry/{enquiry.pk}/note/"


def test_a_scan_that_came_later_is_attached_with_who_added_it(desk, robin, enquiry):
    answer = desk.post(
        to_attach(enquiry), {"form_key": new_form_key(), "letter": sample_letter("mri.pdf")}
    )
    assert answer["Location"].startswith(enquiry.get_admin_url())
    added = enquiry.attachments.get(position=2)
    assert (added.name, added.added_by) == ("mri.pdf", robin)
    line = enquiry.events.get(kind="attached")
    assert (line.by, line.note) == (robin, "File 2: mri.pdf")
    page = words_of(desk.get(enquiry.get_admin_url()).text)
    assert "A file was added by staff (robin)" in page
    assert "Added by robin on" in page
    assert list(files_out_of_order()) == []


def test_the_same_file_twice_is_attached_once(desk, enquiry):
    post = {"form_key": new_form_key()}
    for _ in range(2):
        desk.post(to_attach(enquiry), {**post, "letter": sample_letter("mri.pdf")})
    assert enquiry.attachments.count() == 2
    assert enquiry.events.filter(kind="attached").count() == 1
    assert not Attachment.objects.filter(enquiry=None).exists()


def test_two_colleagues_at_once_get_a_number_each(robin, enquiry):
    first, second = form_key(), form_key()
    held = [hold_letter(first, words="MRI"), hold_letter(second, words="CT")]
    attach(enquiry=enquiry, attachments=[held[0]], form_key=first, by=robin)
    attach(enquiry=enquiry, attachments=[held[1]], form_key=second, by=robin)
    assert list(enquiry.attachments.values_list("position", flat=True)) == [1, 2, 3]


def test_a_hostile_file_is_set_aside(desk, enquiry):
    desk.post(
        to_attach(enquiry),
        {"form_key": new_form_key(), "letter": SimpleUploadedFile("mri.pdf", EICAR)},
    )
    assert enquiry.attachments.get(position=2).state == "quarantined"
    assert enquiry.events.filter(kind="quarantined").exists()


def test_the_sender_is_not_asked_to_mend_what_she_never_sent(robin, enquiry):
    with_status_link(enquiry)
    key = form_key()
    file = hold_letter(key, words="MRI")
    attach(enquiry=enquiry, attachments=[file], form_key=key, by=robin)
    Attachment.objects.filter(pk=file.pk).update(state="waiting")
    Notification.objects.all().delete()
    file.refresh_from_db()
    assert settle(file, Verdict("quarantined", [NEEDS_PASSWORD]))
    assert file.words_for_sender()
    assert file_words(Enquiry.objects.get(pk=enquiry.pk)) == []
    assert not Notification.objects.exists()


def test_a_large_scan_never_touches_the_temporary_folder(desk, enquiry):
    """There it would lie in clear."""
    large = SimpleUploadedFile("mri.pdf", sample_pdf("MRI") + b"\n" * 3 * 1024 * 1024)
    with mock.patch("django.core.files.temp.NamedTemporaryFile", side_effect=AssertionError):
        desk.post(to_attach(enquiry), {"form_key": new_form_key(), "letter": large})
    assert enquiry.attachments.count() == 2


def test_a_full_disk_adds_nothing(desk, enquiry):
    with mock.patch.object(storage, "write", side_effect=OSError(28, "No space left")):
        page = desk.post(
            to_attach(enquiry), {"form_key": new_form_key(), "letter": sample_letter("mri.pdf")}
        )
    assert page.status_code == 507
    assert Attachment.objects.count() == 1


def test_nothing_is_attached_where_the_line_fails(robin, enquiry):
    key = form_key()
    file = hold_letter(key, words="MRI")
    with (
        mock.patch.object(adding, "add_line", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        attach(enquiry=enquiry, attachments=[file], form_key=key, by=robin)
    assert enquiry.attachments.count() == 1
    assert Attachment.objects.get(pk=file.pk).held_for == key


def test_no_file_is_said(desk, enquiry):
    page = desk.post(to_attach(enquiry), {"form_key": new_form_key()})
    assert (page.status_code, "Choose a file first." in page.text) == (422, True)


def test_a_file_that_is_gone_meanwhile_adds_nothing(robin, enquiry):
    key = form_key()
    file = hold_letter(key, words="MRI")
    uploads.discard([file])
    with pytest.raises(uploads.FileGone):
        attach(enquiry=enquiry, attachments=[file], form_key=key, by=robin)
    assert not enquiry.events.filter(kind="attached").exists()


def test_a_note_stands_in_the_timeline_with_a_name(desk, enquiry):
    desk.post(to_note(enquiry), {"note": "Rings back after four."})
    page = words_of(desk.get(enquiry.get_admin_url()).text)
    assert "Note to colleagues (robin) Rings back after four." in page


def test_a_note_pressed_twice_stands_once(desk, enquiry):
    for _ in range(2):
        desk.post(to_note(enquiry), {"note": "Rings back."})
    assert enquiry.events.filter(kind="note").count() == 1


def test_an_empty_note_is_refused_and_a_long_one_comes_back(desk, enquiry):
    assert "Write a few words first." in desk.post(to_note(enquiry), {"note": "  "}).text
    page = desk.post(to_note(enquiry), {"note": "word " * 1000})
    assert "1,000 characters too long" in page.text
    assert page.text.count("word ") >= 1000


def test_the_sender_never_sees_a_note(client, robin, enquiry):
    token = with_status_link(enquiry)
    mails = Notification.objects.count()
    add_note(enquiry=enquiry, note="Canary words", by=robin)
    assert "Canary" not in client.get(f"/status/{token}/").text
    assert Notification.objects.count() == mails


def test_a_note_is_in_the_pdf_of_all_that_is_held(robin, enquiry):
    add_note(enquiry=enquiry, note="Canary words", by=robin)
    assert "Canary words" in [event.note for event in held_of(enquiry, set()).events]


@pytest.mark.parametrize("address", [to_attach, to_note])
def test_each_page_notes_who_reads_it(desk, enquiry, address):
    before = AccessLog.objects.count()
    assert "Samplepatient" in desk.get(address(enquiry)).text
    assert AccessLog.objects.count() == before + 1


@pytest.mark.parametrize("address", [to_attach, to_note])
def test_what_nobody_has_opened_is_opened_on_its_own_page_first(desk, address):
    unread = submitted(referral())
    assert desk.get(address(unread))["Location"] == unread.get_admin_url()
    assert Enquiry.objects.get(pk=unread.pk).opened_at is None


def test_who_may_not_change_it_adds_nothing(client, enquiry):
    reader = make_user("referrals.view_enquiry", username="reader")
    with pytest.raises(PermissionDenied):
        add_note(enquiry=enquiry, note="Words", by=reader)
    with pytest.raises(PermissionDenied):
        attach(enquiry=enquiry, attachments=[], form_key="0" * 32, by=reader)
    signed_in(client, reader)
    assert client.get(to_attach(enquiry)).status_code == 403
    assert client.post(to_note(enquiry), {"note": "Words"}).status_code == 403


def test_a_lost_letter_is_taken_when_it_is_attached_again(enquiry, robin):
    path_of(enquiry.attachments.get().pk).unlink()
    key = form_key()
    again = hold_letter(key, words="The first one")
    assert attach(enquiry=enquiry, attachments=[again], form_key=key, by=robin) == [again]
    assert enquiry.attachments.count() == 2


@pytest.mark.parametrize("page", ["enter", "7/attach"])
def test_as_many_scans_as_the_page_says_reach_it(page):
    """What is larger is refused before it is read, and with it all that was typed."""
    assert largest_answered(f"/admin/referrals/enquiry/{page}/") > LARGEST_TOGETHER
