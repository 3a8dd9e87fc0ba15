"""A row that is broken itself becomes a visible dead letter soon, and holds up nobody else."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from referrals.mail import outbox
from referrals.mail.health import mail_is_stuck
from referrals.models import Notification
from tests.makers import submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mail(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    submitted()
    Notification.objects.exclude(kind="new_enquiry").delete()
    return Notification.objects.get()


def deliver_often(times):
    """The state after each of so many tries, a little later each time."""
    now = timezone.now()
    tries = [outbox.deliver_one(at=now + timedelta(hours=n)) for n in range(times)]
    return [mail and mail.state for mail in tries]


def test_a_mail_that_cannot_be_written_dies_after_five_tries(mail):
    with mock.patch.object(outbox, "write_letter", side_effect=KeyError("secret name")):
        assert deliver_often(6) == ["queued"] * 4 + ["dead", None]
    mail.refresh_from_db()
    assert mail.last_error == "Cannot be written: KeyError (5)"
    assert mail_is_stuck()


@pytest.mark.parametrize("column", ["recipient", "subject", "body"])
def test_a_row_that_cannot_even_be_read_dies_too(mail, column):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE referrals_notification SET {column} = 'not sealed at all'")
    assert deliver_often(5)[-1] == "dead"


def test_a_header_that_cannot_be_sent_is_found_before_a_server_is_asked(mail):
    Notification.objects.update(recipient="two@clinic.example\nBcc: other@clinic.example")
    with mock.patch.object(outbox, "get_connection") as server:
        assert deliver_often(5)[-1] == "dead"
    assert not server.called


def test_server_trouble_in_between_starts_the_count_again(mail):
    broken = outbox.Unwritable("KeyError")
    errors = [broken, broken, ConnectionRefusedError(), broken, broken, broken, broken]
    with mock.patch.object(outbox, "send", side_effect=errors):
        assert deliver_often(7) == ["queued"] * 7


def test_server_trouble_alone_never_dies_in_a_day(mail):
    with mock.patch.object(outbox, "send", side_effect=ConnectionRefusedError()):
        assert set(deliver_often(24)) == {"queued"}


def test_a_database_that_is_away_is_no_fault_of_the_mail(mail):
    with mock.patch.object(outbox, "write_letter", side_effect=OperationalError):
        with pytest.raises(OperationalError):
            outbox.deliver_one()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("sending", "")


def test_a_mail_that_kills_its_process_each_time_dies_after_ten(mail):
    now = timezone.now()
    claims = [outbox.claim(at=now + timedelta(hours=n)) for n in range(13)]
    assert [bool(claim) for claim in claims] == [True] * 11 + [False] * 2
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("dead", "Process ended while sending (10)")


def test_a_retry_gives_a_dead_mail_a_clean_slate(mail):
    Notification.objects.update(
        state="dead", attempts=300, last_error="Process ended while sending (10)"
    )
    assert outbox.retry(notification=mail)
    assert outbox.deliver_one().state == "sent"
    assert not outbox.retry(notification=mail)


def test_a_rival_that_claims_in_between_leaves_nothing_to_claim(mail):
    """Two processes saw the same row; the second update finds it taken."""
    token = outbox.uuid4()

    def rival():
        Notification.objects.update(
            state="sending", lease_token=token, lease_until=timezone.now() + DAY
        )
        return outbox.UUID(int=1)

    with mock.patch.object(outbox, "uuid4", side_effect=rival):
        assert outbox.claim() is None
    mail.refresh_from_db()
    assert mail.lease_token == token
