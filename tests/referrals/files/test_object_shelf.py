"""Letters in a store that several machines share: stored and read back before anybody is told so,
erased there too, and not called gone while the store is away."""

from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from clinic_site.database_identity import database_identity
from clinic_site.storing.away import StoreAway
from referrals.files import keeping, object_shelf, proving, storage, uploads
from referrals.intake.submitting import submit
from referrals.mail.health import disk, files
from referrals.models import Attachment, FileProof, Leftover, Referral
from referrals.retention.leftovers import remove_leftovers
from tests.makers import (
    form_key,
    hold_letter,
    make_clinic,
    make_user,
    quick_post,
    referral,
    sample_pdf,
    signed_in,
    words_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_store")]


@pytest.fixture
def letter(shared_store):
    return hold_letter(form_key())


def put_elsewhere(shared_store, letter, day="2026-01-02"):
    mine = database_identity()
    with shared_store.open(f"{mine}/{letter.pk}") as file:
        shared_store.save(f"{mine}/aside/{day}/{letter.pk}", ContentFile(file.read()))
    shared_store.delete(f"{mine}/{letter.pk}")


def test_a_letter_lies_sealed_in_the_store_and_nowhere_on_this_machine(shared_store, letter):
    assert shared_store.all_names() == [f"{database_identity()}/{letter.pk}"]
    with shared_store.open(shared_store.all_names()[0]) as file:
        assert b"%PDF" not in file.read()
    assert uploads.read_sent_file(letter) == sample_pdf("Dear colleague")
    assert not Path(site.PRIVATE_ROOT).exists()


def test_what_comes_back_otherwise_is_not_stored(shared_store):
    shared_store.gives_back = b"something else"
    with pytest.raises(StoreAway):
        hold_letter(form_key())
    assert shared_store.all_names() == []
    assert not Attachment.objects.exists()


def test_a_sender_waits_for_a_silent_store_once(shared_store):
    shared_store.is_away = True
    with mock.patch.object(shared_store, "delete") as asked_again, pytest.raises(StoreAway):
        hold_letter(form_key())
    assert not asked_again.called


def test_while_the_store_is_away_the_form_keeps_what_was_typed_and_says_so(client, shared_store):
    make_clinic()
    shared_store.is_away = True
    answer = client.post("/refer/", quick_post())
    assert answer.status_code == 507
    assert "has not reached us" in answer.text or "could not" in answer.text
    assert not Referral.objects.exists()


def test_a_letter_held_before_is_not_acknowledged_while_the_store_is_away(shared_store):
    key = form_key()
    held = hold_letter(key)
    shared_store.is_away = True
    with pytest.raises(StoreAway):
        submit(enquiry=referral(), form_key=key, attachments=[held])
    assert not Referral.objects.exists()
    shared_store.is_away = False
    submit(enquiry=referral(), form_key=key, attachments=[held])
    assert Referral.objects.get().attachments.get() == held


def test_a_store_that_is_away_makes_no_letter_gone(shared_store, letter):
    shared_store.is_away = True
    assert proving.lost_among([letter])[letter.pk].is_away
    with pytest.raises(StoreAway):
        proving.prove(letter)
    with pytest.raises(StoreAway):
        proving.prove_files()
    assert not FileProof.objects.exists()
    assert not files().ok
    assert files().detail["folder"] == "not readable"


def test_no_room_on_this_machine_is_no_matter_of_the_store(shared_store):
    assert storage.takes_files()
    assert disk().detail["days_left"] is None


def test_a_new_key_seals_every_letter_anew(settings, shared_store, letter):
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode(), *settings.CLINIC_DATA_KEYS]
    assert storage.reseal() == 1
    assert storage.reseal() == 0
    assert uploads.read_sent_file(letter) == sample_pdf("Dear colleague")


def test_what_no_row_names_is_set_aside_and_comes_back(shared_store, letter):
    pk, row = letter.pk, Attachment.objects.filter(pk=letter.pk).values().get()
    Attachment.objects.filter(pk=pk).delete()
    assert keeping.keep_folder(at=timezone.now() + timedelta(days=2)) == 1
    assert [one.name for one in keeping.files_aside()] == [str(pk)]
    assert storage.is_there(name=pk)
    Attachment.objects.create(**row)
    keeping.keep_folder()
    assert shared_store.all_names() == [f"{database_identity()}/{pk}"]


def test_what_was_set_aside_goes_after_thirty_days(shared_store, letter):
    put_elsewhere(shared_store, letter)
    Attachment.objects.all().delete()
    assert keeping.remove_expired(today=timezone.localdate()) == 1
    assert shared_store.all_names() == []


def test_a_file_that_a_cut_left_in_both_places_stays_until_nobody_can_be_moving_it(
    shared_store, letter
):
    mine = database_identity()
    with shared_store.open(f"{mine}/{letter.pk}") as file:
        shared_store.save(f"{mine}/aside/2026-01-02/{letter.pk}", ContentFile(file.read()))
    assert keeping.put_back() == 0
    assert len(shared_store.all_names()) == 2
    with mock.patch.object(object_shelf.time, "time", return_value=1e11):
        keeping.put_back()
    assert shared_store.all_names() == [f"{mine}/{letter.pk}"]


def test_an_erased_letter_goes_from_the_store_wherever_it_lies_there(shared_store, letter):
    put_elsewhere(shared_store, letter)
    Leftover.objects.create(kind="letter", name=str(letter.pk), since=timezone.now())
    assert remove_leftovers() == 1
    assert shared_store.all_names() == []


def test_what_cannot_be_erased_now_stays_listed(shared_store, letter):
    Leftover.objects.create(kind="letter", name=str(letter.pk), since=timezone.now())
    shared_store.is_away = True
    assert remove_leftovers() == 0
    shared_store.is_away = False
    assert remove_leftovers() == 1


def test_another_database_in_the_same_bucket_is_counted_and_left_alone(shared_store, letter):
    theirs = "0b6a1c1e-0000-4000-8000-000000000001"
    shared_store.save(f"{theirs}/{letter.pk}", ContentFile(b"theirs"))
    storage.remove(name=letter.pk)
    assert shared_store.all_names() == [f"{theirs}/{letter.pk}"]
    assert files().detail["other_databases"] == 1


def test_staff_read_that_nothing_is_lost_by_it_and_whom_to_tell(client, shared_store):
    key = form_key()
    letter = hold_letter(key)
    enquiry = submit(enquiry=referral(), form_key=key, attachments=[letter])
    signed_in(client, make_user("referrals.view_enquiry", keeping.LOOK_ASIDE))
    shared_store.is_away = True
    page = words_of(client.get(enquiry.get_admin_url()).text)
    assert "cannot be fetched just now" in page
    assert "Nothing is lost by that." in page
    assert "send it again" not in page
    file_url = reverse("admin:referrals_enquiry_file", args=[enquiry.pk, letter.pk])
    assert client.get(file_url).status_code == 503
    assert "cannot read the object store" in words_of(client.get("/admin/").text)
    asked = client.get(reverse("admin:referrals_enquiry_aside"), follow=True)
    assert "does not answer" in words_of(asked.text)
