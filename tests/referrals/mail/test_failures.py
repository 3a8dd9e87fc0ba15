"""What went wrong with a mail stands in columns: its kind, how often in a row, the code."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from referrals.mail import delivery, outbox
from referrals.models import Notification
from tests.makers import submitted

pytestmark = pytest.mark.django_db
REFUSED = SMTPRecipientsRefused({"to@sample.example": (550, b"no such user to@sample.example")})
LATER = SMTPRecipientsRefused({"to@sample.example": (450, b"later")})


@pytest.fixture
def mail():
    submitted()
    return Notification.objects.get()


def fail(*errors):
    """Let one try after another fail in these ways; the row afterwards."""
    now = timezone.now()
    with mock.patch.object(delivery, "hand_to_server", side_effect=errors):
        for hours, _ in enumerate(errors):
            delivery.deliver_one(at=now + timedelta(hours=hours))
    return Notification.objects.get()


@pytest.mark.parametrize(
    ("error", "failure", "code", "words"),
    [
        (REFUSED, "refused", 550, "SMTPRecipientsRefused 550"),
        (LATER, "refused", 450, "SMTPRecipientsRefused 450"),
        (SMTPDataError(554, b"spam"), "refused", 554, "SMTPDataError 554"),
        (SMTPDataError(451, b"later"), "server", 451, "SMTPDataError 451"),
        (SMTPAuthenticationError(535, b"no"), "server", 535, "SMTPAuthenticationError 535"),
        (SMTPServerDisconnected("gone"), "server", None, "SMTPServerDisconnected"),
        (SMTPResponseException(-1, b"?"), "server", None, "SMTPResponseException"),
        (TimeoutError(), "server", None, "TimeoutError"),
        (delivery.Unwritable("KeyError"), "unwritable", None, "Cannot be written: KeyError (1)"),
    ],
)
def test_each_failure_has_its_kind_and_code_and_never_an_address(mail, error, failure, code, words):
    row = fail(error)
    assert (row.failure, row.smtp_code, row.last_error) == (failure, code, words)
    assert "sample.example" not in row.error


def test_the_same_failure_is_counted(mail):
    assert fail(TimeoutError(), ConnectionRefusedError(), TimeoutError()).failures_in_a_row == 3


def test_another_failure_begins_anew(mail):
    row = fail(TimeoutError(), TimeoutError(), delivery.Unwritable("KeyError"))
    assert (row.failure, row.failures_in_a_row) == ("unwritable", 1)


def test_a_mail_that_goes_out_after_all_has_no_failure_left(mail, settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    assert fail(LATER).failure == "refused"
    assert delivery.deliver_one(at=timezone.now() + timedelta(hours=1)).state == "sent"
    row = Notification.objects.get()
    assert (row.failure, row.failures_in_a_row, row.error, row.smtp_code) == ("", 0, "", None)


def test_a_retry_by_hand_forgets_the_failure(mail):
    assert fail(REFUSED).state == "dead"
    assert outbox.retry(notification=mail)
    row = Notification.objects.get()
    assert (row.failure, row.failures_in_a_row, row.last_error) == ("", 0, "")


@pytest.mark.parametrize(
    "columns",
    [
        {"failures_in_a_row": 1},
        {"error": "TimeoutError"},
        {"smtp_code": 550},
        {"failure": "server", "failures_in_a_row": 0},
    ],
)
def test_a_failure_and_its_number_come_together(mail, columns):
    with pytest.raises(IntegrityError, match="notification_failure_has_a_number"):
        with transaction.atomic():
            Notification.objects.update(**columns)


def test_what_was_sent_has_no_failure(mail):
    sent = {"state": "sent", "sent_at": timezone.now()}
    with pytest.raises(IntegrityError, match="notification_sent_has_no_failure"):
        with transaction.atomic():
            Notification.objects.update(failure="server", failures_in_a_row=1, **sent)


@pytest.mark.parametrize("kind", ["new_enquiry", "receipt", "a_new_kind"])
def test_a_mail_names_its_enquiry_unless_it_is_of_the_two_that_have_none(mail, kind):
    with pytest.raises(IntegrityError, match="notification_of_an_enquiry_names_it"):
        with transaction.atomic():
            Notification.objects.update(kind=kind, enquiry=None)


class NeverOpens:
    def __enter__(self):
        raise TimeoutError

    def __exit__(self, *error):
        pass


def test_a_server_that_never_opened_has_taken_nothing(mail, monkeypatch):
    monkeypatch.setattr(delivery, "transport", NeverOpens)
    delivery.deliver_one()
    row = Notification.objects.get()
    assert (row.state, row.may_have_left, row.error) == ("queued", False, "TimeoutError")
    assert outbox.withdraw_mail(notification=row)
