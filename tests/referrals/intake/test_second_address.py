"""When the rooms' mail is stuck, the second address hears of the enquiry: once."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django.utils import timezone

from referrals.mail import delivery, fallback, outbox
from referrals.mail.fallback import move_stuck_mail
from referrals.models import Event, Notification
from tests.makers import make_clinic, submitted

pytestmark = pytest.mark.django_db
SECOND = "manager@home.example"


@pytest.fixture(autouse=True)
def clinic():
    return make_clinic(second_email=SECOND)


def stand_ins():
    return Notification.objects.filter(stands_in_for__isnull=False)


def refused():
    """An enquiry whose rooms address was refused for good."""
    enquiry = submitted()
    enquiry.notifications.filter(kind="new_enquiry").update(state="dead")
    return enquiry


def test_a_refused_mail_tells_the_second_address_once():
    enquiry = refused()
    assert [move_stuck_mail(), move_stuck_mail()] == [1, 0]
    stand_in = stand_ins().get()
    assert (stand_in.recipient, stand_in.state) == (SECOND, "queued")
    assert enquiry.events.filter(kind=Event.Kind.MAIL_MOVED).count() == 1


@pytest.mark.parametrize(("minutes", "moved"), [(14, 0), (16, 1)])
def test_a_mail_may_wait_for_15_minutes(minutes, moved):
    now = timezone.now()
    submitted(at=now - timedelta(minutes=minutes))
    assert move_stuck_mail(at=now) == moved


def test_two_stuck_mails_of_one_enquiry_are_told_once(clinic):
    for email in ["one@clinic.example", "two@clinic.example"]:
        clinic.notified.create(email=email)
    refused()
    assert move_stuck_mail() == 1
    assert stand_ins().get().stands_in_for.recipient == "one@clinic.example"


def test_each_stuck_enquiry_is_told_of():
    refused(), refused()
    assert move_stuck_mail() == 2


def test_a_second_process_that_was_faster_is_no_error():
    original = refused().notifications.get(kind="new_enquiry")
    move_stuck_mail()
    assert fallback.stand_in(original, second=SECOND, at=timezone.now()) is False
    assert stand_ins().count() == 1
    assert Event.objects.filter(kind=Event.Kind.MAIL_MOVED).count() == 1


def test_a_failure_midway_leaves_no_half_of_it():
    refused()
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            move_stuck_mail()
    assert not stand_ins().exists()


def test_the_senders_own_mail_is_not_moved():
    enquiry = submitted()
    Notification.objects.update(state="sent", sent_at=timezone.now())
    outbox.enqueue(kind="receipt", enquiry=enquiry, recipients=["typo@sample.example"])
    Notification.objects.filter(kind="receipt").update(state="dead")
    assert move_stuck_mail() == 0


def test_a_stand_in_that_dies_has_no_stand_in():
    refused()
    move_stuck_mail()
    stand_ins().update(state="dead")
    assert move_stuck_mail() == 0


def test_a_second_address_added_today_hears_of_nothing_old():
    now = timezone.now()
    submitted(at=now - timedelta(days=6))
    assert move_stuck_mail(at=now) == 0


def test_without_a_second_address_nothing_is_moved(clinic):
    make_clinic(second_email="")
    refused()
    assert move_stuck_mail() == 0


def test_the_mail_to_the_second_address_says_why(settings, mailoutbox):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    refused()
    move_stuck_mail()
    delivery.hand_to_server(stand_ins().get())
    assert "in place of rooms@clinic.example" in mailoutbox[0].body


def test_the_database_allows_one_stand_in_only():
    original = refused().notifications.get(kind="new_enquiry")
    move_stuck_mail()
    with pytest.raises(IntegrityError):
        outbox.enqueue(
            kind="new_enquiry",
            enquiry=original.enquiry,
            stands_in_for=original,
            recipients=[SECOND],
        )
