"""Stored before it is acknowledged, once, with a notification for each recipient."""

from datetime import UTC, date, datetime
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, OperationalError

from clinic_site.zone import in_clinic_time
from referrals import person_index
from referrals.files import uploads
from referrals.intake import submitting
from referrals.mail import outbox
from referrals.models import Attachment, Enquiry, Event, Message, Notification, Referral
from referrals.references import receipt_token, status_token, token_hash
from tests.makers import (
    form_key,
    hold_letter,
    make_clinic,
    message,
    referral,
    referral_post,
    sample_pdf,
    submitted,
)

pytestmark = pytest.mark.django_db


def kinds(enquiry):
    return [event.kind for event in enquiry.events.all()]


def told(enquiry):
    return {(n.kind, n.recipient) for n in enquiry.notifications.all()}


def test_a_referral_is_stored_with_its_first_event_and_notifications():
    enquiry = submitted(referral())
    assert Enquiry.objects.get().reference == enquiry.reference
    assert kinds(enquiry) == [Event.Kind.RECEIVED]
    assert told(enquiry) == {
        ("new_enquiry", "rooms@clinic.example"),
        ("receipt", "sam@practice.example"),
    }


def test_each_listed_address_gets_a_notification_of_its_own():
    clinic = make_clinic()
    for email in ["one@clinic.example", "two@clinic.example"]:
        clinic.notified.create(email=email)
    recipients = {recipient for _, recipient in told(submitted())}
    assert recipients == {"one@clinic.example", "two@clinic.example"}


def test_a_sender_without_email_gets_no_receipt_by_mail():
    assert told(submitted(message())) == {("new_enquiry", "rooms@clinic.example")}


def test_suspected_spam_is_kept_and_told_to_the_rooms_but_not_to_the_sender():
    enquiry = submitted(referral(), suspicions=["trap"])
    assert (enquiry.status, enquiry.spam_reasons) == ("spam", ["trap"])
    assert kinds(enquiry) == ["received", "suspected"]
    assert told(enquiry) == {("new_enquiry", "rooms@clinic.example")}


def test_references_carry_the_clinics_prefix():
    make_clinic(reference_prefix="HIP")
    assert submitted().reference.startswith("HIP-")


def test_a_referral_without_a_date_is_dated_the_day_it_was_sent():
    make_clinic(time_zone="Australia/Sydney")
    evening_in_london = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    with in_clinic_time():
        assert submitted(referral(), at=evening_in_london).referral_date == date(2026, 11, 21)


def test_the_day_it_was_sent_is_the_clinics_own(client):
    """Two in the night in Sydney, eleven in the evening of the day before in Perth."""
    make_clinic(time_zone="Australia/Perth")
    with time_machine.travel(datetime(2026, 11, 20, 15, 0, tzinfo=UTC), tick=False):
        client.post("/refer/", referral_post())
    assert Referral.objects.get().referral_date == date(2026, 11, 20)


def test_it_is_stored_to_which_words_the_sender_agreed(client):
    submitted()
    asked = submitting.CONSENT_VERSION
    assert date.fromisoformat(asked)
    assert Enquiry.objects.get().consent_version == asked


def test_the_two_links_have_tokens_of_their_own_and_the_database_only_their_hashes():
    enquiry = submitted(referral())
    assert enquiry.receipt_token_hash == token_hash(receipt_token(enquiry.form_key))
    assert enquiry.status_token_hash == token_hash(status_token(enquiry.form_key))
    assert enquiry.receipt_token_hash != enquiry.status_token_hash


def test_the_person_is_indexed_in_the_same_transaction():
    with mock.patch.object(person_index, "index", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            submitted()
    assert not Enquiry.objects.exists()


def test_the_same_form_with_the_same_content_makes_one_enquiry():
    key = form_key()
    first = submitting.submit(enquiry=referral(), form_key=key)
    second = submitting.submit(enquiry=referral(), form_key=key)
    assert first.reference == second.reference
    assert Enquiry.objects.count() == 1
    assert Notification.objects.count() == 2
    assert kinds(first) == ["received"]


def test_a_second_click_that_is_stored_first_wins():
    key, real = form_key(), submitting.store_enquiry

    def slow(enquiry, **kwargs):
        with mock.patch.object(submitting, "store_enquiry", real):
            submitting.submit(enquiry=message(), form_key=key)
        real(enquiry, **kwargs)

    with mock.patch.object(submitting, "store_enquiry", slow):
        enquiry = submitting.submit(enquiry=message(), form_key=key)
    assert Enquiry.objects.get().reference == enquiry.reference


def test_the_same_form_with_edited_content_makes_a_second_enquiry_beside_the_first():
    key = form_key()
    first = submitting.submit(enquiry=message(), form_key=key)
    second = submitting.submit(enquiry=message(text="I forgot to say …"), form_key=key)
    assert second.resend_of.reference == first.reference
    assert second.reference != first.reference
    assert kinds(first) == ["received", "resent"] == kinds(second)


def test_an_edited_form_sent_twice_makes_one_second_enquiry():
    key = form_key()
    submitting.submit(enquiry=message(), form_key=key)
    edits = [submitting.submit(enquiry=message(text="Edited"), form_key=key) for _ in range(2)]
    assert edits[0].reference == edits[1].reference
    assert Enquiry.objects.count() == 2
    again = submitting.submit(enquiry=message(), form_key=key)
    assert again.resend_of is None


def test_the_order_of_the_files_is_no_edit():
    key = form_key()
    files = [hold_letter(key, words) for words in ("one", "two")]
    first = submitting.submit(enquiry=referral(), form_key=key, attachments=files)
    again = submitting.submit(enquiry=referral(), form_key=key, attachments=files[::-1])
    assert again.reference == first.reference
    assert Enquiry.objects.count() == 1


def test_what_the_site_warned_of_is_no_content():
    key = form_key()
    warned = referral(warnings=["medicare_check"])
    first = submitting.submit(enquiry=warned, form_key=key)
    again = submitting.submit(enquiry=referral(warnings=[]), form_key=key)
    assert again.reference == first.reference
    assert Enquiry.objects.count() == 1


def test_another_letter_in_the_same_form_is_edited_content():
    key = form_key()
    first = submitting.submit(
        enquiry=referral(), form_key=key, attachments=[hold_letter(key, "one")]
    )
    second = submitting.submit(
        enquiry=referral(), form_key=key, attachments=[hold_letter(key, "two")]
    )
    assert second.resend_of.reference == first.reference


def test_an_edited_form_has_its_own_copy_of_the_letter():
    key = form_key()
    letter = hold_letter(key)
    first = submitting.submit(enquiry=referral(), form_key=key, attachments=[letter])
    letter.refresh_from_db()
    second = submitting.submit(
        enquiry=referral(reason="Edited"), form_key=key, attachments=[letter]
    )
    theirs = [uploads.read_sent_file(enquiry.attachments.get()) for enquiry in (first, second)]
    assert theirs == [sample_pdf(), sample_pdf()]


def test_a_third_version_keeps_the_letter_that_came_with_the_second():
    key = form_key()
    submitting.submit(enquiry=referral(), form_key=key)
    edited = referral(reason="Edited")
    second = submitting.submit(enquiry=edited, form_key=key, attachments=[hold_letter(key)])
    letters = list(second.attachments.all())
    third = submitting.submit(enquiry=referral(reason="Anew"), form_key=key, attachments=letters)
    assert uploads.read_sent_file(third.attachments.get()) == sample_pdf()


def test_a_letter_of_another_enquiry_is_not_taken_along():
    key, others = form_key(), form_key()
    theirs = [hold_letter(others)]
    submitting.submit(enquiry=referral(), form_key=others, attachments=theirs)
    submitting.submit(enquiry=referral(), form_key=key)
    letter = Attachment.objects.get()
    with pytest.raises(uploads.FileGone):
        submitting.submit(enquiry=referral(reason="Edited"), form_key=key, attachments=[letter])
    assert Enquiry.objects.count() == 2


def test_files_are_adopted_in_order():
    key = form_key()
    files = [hold_letter(key, words) for words in ("one", "two")]
    enquiry = submitting.submit(enquiry=referral(), form_key=key, attachments=files[::-1])
    stored = list(enquiry.attachments.values_list("pk", "position", "held_for"))
    assert stored == [(files[1].pk, 1, ""), (files[0].pk, 2, "")]


def test_a_file_that_is_gone_stores_nothing():
    key = form_key()
    letter = hold_letter(key)
    uploads.discard([letter])
    with pytest.raises(uploads.FileGone):
        submitting.submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert not Enquiry.objects.exists()


def test_a_file_held_for_another_form_is_not_adopted():
    letter = hold_letter(form_key())
    with pytest.raises(uploads.FileGone):
        submitting.submit(enquiry=referral(), form_key=form_key(), attachments=[letter])
    assert Attachment.objects.get().enquiry is None


def test_a_suspicious_file_is_in_the_timeline():
    key = form_key()
    letter = hold_letter(key)
    clean = hold_letter(key, "clean")
    Attachment.objects.filter(pk=letter.pk).update(state=Attachment.State.QUARANTINED)
    enquiry = submitting.submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert kinds(enquiry) == ["received", "quarantined"]
    again = submitting.submit(enquiry=referral(), form_key=key, attachments=[clean])
    assert kinds(again) == ["received", "resent"]


def test_a_taken_reference_is_drawn_again():
    taken = submitted().reference
    draws = [taken, "SIJ-23456789"]
    with mock.patch.object(submitting, "new_reference", side_effect=draws):
        assert submitted().reference == "SIJ-23456789"


def test_five_taken_references_give_up_loudly():
    taken = submitted().reference
    with mock.patch.object(submitting, "new_reference", return_value=taken):
        with pytest.raises(submitting.NoFreeReference):
            submitted()


@pytest.mark.parametrize("verb", ["enqueue_each", "rooms_addresses"])
def test_a_failure_midway_leaves_nothing_behind(verb):
    key = form_key()
    letter = hold_letter(key)
    with mock.patch.object(outbox, verb, side_effect=OperationalError):
        with pytest.raises(OperationalError):
            submitting.submit(enquiry=referral(), form_key=key, attachments=[letter])
    assert not Enquiry.objects.exists()
    assert not Event.objects.exists()
    assert Attachment.objects.get().held_for == key


def test_an_unexpected_refusal_of_the_database_is_not_swallowed():
    with pytest.raises(IntegrityError):
        submitted(message(sender_name=None))


OF_SENDER = {"kind", "urgency", "for_clinician", "sender_name", "sender_email", "sender_phone"}


def test_what_counts_as_the_senders_words_is_decided_for_every_column():
    """A new one belongs in `NOT_CONTENT`, or here and, if forms were sent without it, in
    `ASKED_LATER`."""
    content = {
        model: {f.name for f in model._meta.concrete_fields} - submitting.NOT_CONTENT
        for model in (Message, Referral)
    }
    assert content[Message] == OF_SENDER | {"topic", "text"}
    assert content[Referral] == OF_SENDER | {
        *("mode", "referrer_type", "validity", "referral_date"),
        *("patient_family_name", "patient_given_names", "patient_birth_date", "patient_phone"),
        *("patient_email", "patient_agrees_mail", "patient_address"),
        *("medicare_number", "medicare_irn", "dva_number", "interpreter", "sex_at_birth"),
        *("reason", "urgency_reason", "history", "treatments_tried"),
        *("imaging", "medicines", "allergies", "red_flags"),
        *("practice_name", "practice_address", "copy_to", "provider_number", "signed_name"),
    }
