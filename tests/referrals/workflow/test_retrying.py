"""Mail that did not arrive is tried again by a person who may, with five new days."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from referrals.mail import delivery, outbox
from referrals.models import Event, Notification
from referrals.workflow import verbs
from tests.makers import make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def mail(settings):
    """The rooms' mail of a new enquiry, and the only one."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    submitted()
    return Notification.objects.get()


def retry_all(mail, by, **at):
    return bool(verbs.retry_mail(enquiry=mail.enquiry, by=by, **at))


def retry_one(mail, by, **at):
    return verbs.retry_one(notification=mail, by=by, **at)


WAYS = pytest.mark.parametrize("retry", [retry_all, retry_one])


def retries():
    return [event.by for event in Event.objects.filter(kind="mail_retried")]


@WAYS
def test_a_retry_has_five_new_days(mail, robin, retry):
    late = timezone.now() + 6 * DAY
    assert delivery.deliver_one(at=late) is None
    assert retry(mail, robin, at=late)
    with mock.patch.object(delivery, "transport", side_effect=ConnectionRefusedError):
        assert delivery.deliver_one(at=late).state == "queued"
    assert delivery.deliver_one(at=late + 4.9 * DAY).state == "sent"
    assert retries() == [robin]


@WAYS
@pytest.mark.parametrize("state", ["queued", "dead", "noted"])
def test_what_did_not_arrive_is_tried_at_once(mail, robin, retry, state):
    Notification.objects.update(state=state, due_at=timezone.now() + DAY, attempts=299)
    assert retry(mail, robin)
    assert delivery.deliver_one().state == "sent"
    assert retries() == [robin]


@WAYS
def test_what_was_sent_is_not_sent_again(mail, robin, retry):
    delivery.deliver_one()
    assert not retry(mail, robin)
    assert Notification.objects.get().state == "sent"
    assert retries() == []


@WAYS
def test_what_is_being_sent_is_left_alone(mail, robin, retry):
    outbox.claim()
    assert not retry(mail, robin)
    assert Notification.objects.get().state == "sending"
    assert retries() == []


@WAYS
def test_a_reader_may_not_retry(mail, retry):
    Notification.objects.update(state="dead")
    with pytest.raises(PermissionDenied):
        retry(mail, make_user("referrals.view_enquiry", username="pat"))
    assert Notification.objects.get().state == "dead"
    assert retries() == []


@WAYS
def test_a_failure_midway_retries_nothing(mail, robin, retry):
    Notification.objects.update(state="dead")
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            retry(mail, robin)
    assert Notification.objects.get().state == "dead"


def test_a_mail_of_no_enquiry_is_tried_again_and_stands_in_no_timeline(mail, robin):
    [test] = outbox.send_test()
    assert retry_one(test, robin)
    assert retries() == []


def test_the_button_on_the_page_tries_what_was_seen_to_again(client, mail, robin):
    Notification.objects.update(state="noted")
    page = signed_in(client, robin).get(mail.enquiry.get_admin_url()).content.decode()
    assert "Try the undelivered mail again now" in page
    url = f"/admin/referrals/enquiry/{mail.enquiry_id}/retry-mail/"
    said = client.post(url, follow=True).content.decode()
    assert "Mail put back in the queue: 1." in said


def test_only_the_mails_of_one_enquiry_are_tried_again(mail, robin):
    submitted(referral())
    Notification.objects.update(state="dead")
    retry_all(mail, robin)
    assert list(Notification.objects.filter(state="queued")) == [mail]


@WAYS
def test_news_that_can_still_be_undone_is_neither_offered_nor_hurried(client, robin, retry, mail):
    Notification.objects.update(due_at=timezone.now() + DAY)
    page = signed_in(client, robin).get(mail.enquiry.get_admin_url()).content.decode()
    assert "Try the undelivered mail again now" not in page
    mail.refresh_from_db()
    assert not retry(mail, robin)
    assert Notification.objects.get().due_at > timezone.now()
    assert retries() == []
