"""Trouble with the mail makes the site unwell; a slip in one visitor's address does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.mail import outbox
from referrals.mail.health import mail_is_stuck, undelivered_mail
from referrals.management.commands.deliver_mail import beat
from referrals.models import Notification
from tests.makers import make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
REFUSED = "SMTPRecipientsRefused 550"
LATE = timedelta(minutes=16)


@pytest.fixture
def staff(client):
    return signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))


def mail(kind, *, state="dead", last_error=REFUSED, age=timedelta()):
    """One mail of this kind in this state; every other mail went out."""
    enquiry = submitted(message(sender_email="alex@gmial.example"), at=timezone.now() - age)
    Notification.objects.update(state="sent", sent_at=timezone.now())
    one = enquiry.notifications.get(kind=kind) if kind in {"new_enquiry", "receipt"} else None
    if one is None:
        [one] = outbox.enqueue(
            kind=kind, recipients=["robin@clinic.example"], at=timezone.now() - age
        )
    changes = {"state": state, "last_error": last_error, "sent_at": None}
    Notification.objects.filter(pk=one.pk).update(**changes)
    return one


@pytest.mark.parametrize("kind", ["new_enquiry", "test"])
def test_an_address_of_the_rooms_that_is_refused_is_unwell_at_once(kind):
    mail(kind)
    assert undelivered_mail().ok is False
    assert mail_is_stuck()


@pytest.mark.parametrize("kind", ["receipt", "staff_mail"])
@pytest.mark.parametrize("said", [REFUSED, "SMTPDataError 554"])
def test_one_persons_own_address_that_is_refused_makes_nothing_unwell(client, kind, said):
    beat()
    mail(kind, last_error=said)
    assert client.get("/healthz").status_code == 200
    assert undelivered_mail().detail == {
        "oldest_seconds": None,
        "dead_letters": 0,
        "addresses_refused": 1,
    }
    assert not mail_is_stuck()


def test_an_address_that_is_refused_for_now_makes_nothing_unwell_for_five_days():
    mail("receipt", state="queued", last_error="SMTPRecipientsRefused 450", age=LATE)
    assert undelivered_mail().ok


@pytest.mark.parametrize(
    "said", ["", "ConnectionRefusedError", "SMTPServerDisconnected", "SMTPDataError 451"]
)
def test_a_receipt_that_the_server_does_not_take_is_stuck_mail(said):
    mail("receipt", state="queued", last_error=said, age=LATE)
    assert undelivered_mail().ok is False


@pytest.mark.parametrize("said", ["TimeoutError", "Cannot be written: ValueError (5)"])
def test_a_receipt_that_died_of_our_own_trouble_is_unwell(said):
    mail("receipt", last_error=said)
    assert undelivered_mail().detail["dead_letters"] == 1


def test_the_front_page_and_the_enquiry_say_so_until_somebody_has_seen_to_it(staff):
    one = mail("receipt")
    front = staff.get("/admin/").content.decode()
    assert "Some addresses were refused" in front
    assert one.enquiry.reference in front
    assert "All mail has gone out" in front
    page = staff.get(one.enquiry.get_admin_url()).content.decode()
    assert "alex@gmial.example</strong> was refused" in page
    assert "Ring 02 5550 0123" in page
    staff.post(f"/admin/referrals/notification/{one.pk}/seen-to/")
    assert "Some addresses were refused" not in staff.get("/admin/").content.decode()
    page = staff.get(one.enquiry.get_admin_url()).content.decode()
    assert "was refused" not in page


def test_a_doctor_whose_news_is_refused_is_named_by_reference_only(staff):
    enquiry = submitted(referral())
    Notification.objects.filter(kind="receipt").update(state="dead", last_error=REFUSED)
    front = staff.get("/admin/").content.decode()
    assert enquiry.reference in front
    assert "practice.example" not in front


def test_who_may_not_read_the_inbox_sees_nothing_of_it(client):
    signed_in(client, make_user("conditions.view_page"))
    mail("receipt")
    assert "addresses were refused" not in client.get("/admin/").content.decode()
