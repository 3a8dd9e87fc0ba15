"""The outbox: leases, retries, dead letters, and one message per recipient."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from referrals.mail import delivery, outbox
from referrals.mail.giving_up import MAX_ATTEMPTS
from referrals.models import Notification
from tests.makers import OF_PATIENT, queue_sign_in_mail, referral, submitted

pytestmark = pytest.mark.django_db
MINUTES_16 = timedelta(minutes=16)


@pytest.fixture
def delivered(settings):
    """Mail is kept in memory instead of going out."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail

    mail.outbox = []
    return mail.outbox


def failing(error):
    return mock.patch.object(delivery, "hand_to_server", side_effect=error)


def test_a_queued_mail_is_sent_once(delivered):
    enquiry = submitted()
    assert delivery.deliver_one().state == "sent"
    assert delivery.deliver_one() is None
    assert [m.to for m in delivered] == [["rooms@clinic.example"]]
    assert enquiry.reference in delivered[0].subject


def test_the_mail_holds_no_health_detail(delivered):
    submitted(referral())
    delivery.deliver_one()
    text = delivered[0].message().as_string()
    for secret in [*OF_PATIENT, "Samplegp"]:
        assert secret not in text
    assert "(soon)" in delivered[0].subject
    assert "Auto-Submitted: auto-generated" in text


def test_the_message_id_stays_the_same_over_retries(delivered):
    submitted()
    before = Notification.objects.get().message_id
    with failing(SMTPServerDisconnected("gone")):
        delivery.deliver_one()
    delivery.deliver_one(at=timezone.now() + timedelta(hours=1))
    assert delivered[0].extra_headers["Message-ID"] == before


def test_a_failure_waits_and_says_why_without_an_address():
    submitted()
    with failing(SMTPAuthenticationError(535, b"rooms@clinic.example unknown")):
        notification = delivery.deliver_one()
    assert notification.state == "queued"
    assert notification.due_at > timezone.now()
    assert notification.last_error == "SMTPAuthenticationError 535"


def test_a_refused_recipient_is_a_dead_letter_at_once():
    submitted()
    refused = SMTPRecipientsRefused({"rooms@clinic.example": (550, b"no such user")})
    with failing(refused):
        assert delivery.deliver_one().state == "dead"


def test_a_text_that_is_refused_is_a_dead_letter_at_once():
    submitted()
    with failing(SMTPDataError(554, b"looks like spam")):
        assert delivery.deliver_one().state == "dead"


@pytest.mark.parametrize("code", [421, 451])
def test_a_text_that_is_put_off_is_tried_again(code):
    submitted()
    with failing(SMTPDataError(code, b"later")):
        assert delivery.deliver_one().state == "queued"


def test_mails_that_failed_together_come_back_one_by_one(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    nobody = {"host": "127.0.0.1", "port": 1}
    settings.MAIL_SERVER = {**settings.MAIL_SERVER, **nobody}
    settings.MAIL_RETRY_SECONDS, now = [1000], timezone.now()
    outbox.enqueue(kind="test", recipients=["rooms@clinic.example"] * 40, at=now)
    waits = [(delivery.deliver_one(at=now).due_at - now).total_seconds() for _ in range(40)]
    assert 800 <= min(waits) < 900 < 1100 < max(waits) <= 1200


def test_a_greylisted_recipient_is_tried_again():
    submitted()
    with failing(SMTPRecipientsRefused({"rooms@clinic.example": (451, b"later")})):
        assert delivery.deliver_one().state == "queued"


def test_waits_grow_and_then_stay_at_half_an_hour():
    waits = [delivery.backoff(n).total_seconds() for n in range(1, 9)]
    assert 48 <= waits[0] <= 72
    assert all(1440 <= wait <= 2160 for wait in waits[4:])


def test_what_has_been_due_longest_goes_first_and_of_equals_the_older(delivered):
    """Of four mails the first has failed and is due again after all others."""
    now = timezone.now()
    first, second, third, fourth = [outbox.send_test(at=now)[0] for _ in range(4)]
    Notification.objects.filter(pk=first.pk).update(due_at=now + timedelta(minutes=2))
    Notification.objects.filter(pk=fourth.pk).update(due_at=now - timedelta(minutes=2))
    went = [delivery.deliver_one(at=now + timedelta(hours=1)) for _ in range(4)]
    assert went == [fourth, second, third, first]


def test_a_claimed_mail_is_not_claimed_twice():
    submitted()
    assert outbox.claim() is not None
    assert outbox.claim() is None


def test_a_lease_that_ran_out_is_claimed_again(delivered):
    submitted()
    outbox.claim()
    assert delivery.deliver_one(at=timezone.now() + MINUTES_16).state == "sent"


def test_a_process_that_lost_its_lease_cannot_mark_the_mail():
    submitted()
    lost = outbox.claim()
    outbox.claim(at=timezone.now() + MINUTES_16)
    assert delivery.finish_sent(lost, timezone.now()) is False
    assert Notification.objects.get().state == "sending"


def test_a_mail_that_kills_its_process_ends_as_a_dead_letter():
    submitted()
    Notification.objects.update(attempts=MAX_ATTEMPTS)
    assert outbox.claim() is None
    assert Notification.objects.get().state == "dead"


def test_after_five_days_a_mail_is_a_dead_letter():
    submitted()
    assert outbox.claim(at=timezone.now() + timedelta(days=5, minutes=1)) is None
    assert Notification.objects.get().state == "dead"


def test_one_broken_mail_does_not_hold_up_the_next(delivered):
    submitted(), submitted()
    letters = [RuntimeError("broken"), mock.DEFAULT]
    with mock.patch.object(
        delivery,
        "write_letter",
        side_effect=letters,
        return_value=EmailMessage(to=["a@b.example"]),
    ):
        states = {delivery.deliver_one().state, delivery.deliver_one().state}
    assert states == {"queued", "sent"}


def test_a_dead_letter_can_be_retried(delivered):
    submitted()
    Notification.objects.update(state="dead", attempts=300)
    outbox.retry(notification=Notification.objects.get())
    assert delivery.deliver_one().state == "sent"


def test_sign_in_mail_goes_through_the_same_outbox(delivered, settings):
    queue_sign_in_mail(settings)
    EmailMessage("Your password\r\nwas changed", "Hello.", to=["robin@clinic.example"]).send()
    assert delivered == []
    delivery.deliver_one()
    assert delivered[0].subject == "Your password  was changed"


def test_mail_files_stand_once_however_often_they_are_sent(settings):
    submitted()
    notification = Notification.objects.get()
    delivery.hand_to_server(notification)
    delivery.hand_to_server(notification)
    assert len(list(settings.MAIL_DIR.iterdir())) == 1
