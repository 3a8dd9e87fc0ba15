"""Stored before it is acknowledged, once, with a notification for each address of the rooms."""

from unittest import mock

import pytest
from django.db import IntegrityError

from referrals import notifications, submitting
from referrals.models import Enquiry, Event, Notification
from tests.makers import form_key, make_clinic, message, referral, submitted

pytestmark = pytest.mark.django_db


def test_a_referral_is_stored_with_its_first_event_and_notification():
    enquiry = submitted(referral())
    assert Enquiry.objects.get().reference == enquiry.reference
    assert enquiry.events.get().kind == Event.Kind.RECEIVED
    assert enquiry.notifications.get().recipient == "rooms@clinic.example"


def test_each_listed_address_gets_a_notification_of_its_own():
    clinic = make_clinic()
    for email in ["one@clinic.example", "two@clinic.example"]:
        clinic.notified.create(email=email)
    enquiry = submitted()
    told = {n.recipient for n in enquiry.notifications.all()}
    assert told == {"one@clinic.example", "two@clinic.example"}


def test_references_carry_the_clinics_prefix():
    make_clinic(reference_prefix="HIP")
    assert submitted().reference.startswith("HIP-")


def test_the_same_form_key_makes_one_enquiry():
    key = form_key()
    first = submitting.submit(enquiry=message(), form_key=key)
    second = submitting.submit(enquiry=message(text="Again."), form_key=key)
    assert first.reference == second.reference
    assert Enquiry.objects.count() == Notification.objects.count() == 1


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


@pytest.mark.parametrize("verb", ["enqueue", "rooms_addresses"])
def test_a_failure_midway_leaves_nothing_behind(verb):
    with mock.patch.object(notifications, verb, side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            submitted()
    assert not Enquiry.objects.exists()
    assert not Event.objects.exists()


def test_an_unexpected_refusal_of_the_database_is_not_swallowed():
    with pytest.raises(IntegrityError):
        submitted(message(sender_name=None))
