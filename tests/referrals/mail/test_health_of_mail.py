"""Trouble with the mail makes the site unwell; a slip in one visitor's address does not."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.utils import timezone

from referrals.mail import delivery, outbox
from referrals.mail.health import mail_is_stuck, undelivered_mail
from referrals.management.commands.deliver_mail import beat
from referrals.models import Notification
from tests.makers import make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
REFUSED = SMTPRecipientsRefused({"alex@gmial.example": (550, b"no such user")})
LATE = timedelta(minutes=16)


@pytest.fixture
def staff(client):
    return signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))


def mail(kind, *, state="dead", error=REFUSED, age=timedelta()):
    """One mail of this kind in this state after this error; every other mail went out."""
    enquiry = submitted(message(sender_email="alex@gmial.example"), at=timezone.now() - age)
    Notification.objects.update(state="sent", sent_at=timezone.now())
    one = enquiry.notifications.get(kind=kind) if kind in {"new_enquiry", "receipt"} else None
    if one is None:
        [one] = outbox.enqueue(
            kind=kind, recipients=["robin@clinic.example"], at=timezone.now() - age
        )
    fail(one.pk, state, error)
    return one


def fail(pk, state, error):
    changes = {"state": state, "sent_at": None}
    if error:
        changes |= delivery.columns_after(error, Notification.objects.get(pk=pk))
    Notification.objects.filter(pk=pk).update(**changes)


@pytest.mark.parametrize("kind", ["new_enquiry", "test"])
def test_an_address_of_the_rooms_that_is_refused_is_unwell_at_once(kind):
    mail(kind)
    assert undelivered_mail().ok is False
    assert mail_is_stuck()


@pytest.mark.parametrize("kind", ["receipt", "staff_mail"])
@pytest.mark.parametrize("error", [REFUSED, SMTPDataError(554, b"no")])
def test_one_persons_own_address_that_is_refused_makes_nothing_unwell(client, kind, error):
    beat()
    mail(kind, error=error)
    assert client.get("/healthz").status_code == 200
    assert undelivered_mail().detail == {
        "oldest_seconds": None,
        "dead_letters": 0,
        "addresses_refused": 1,
    }
    assert not mail_is_stuck()


def test_an_address_that_is_refused_for_now_makes_nothing_unwell_for_five_days():
    busy = SMTPRecipientsRefused({"alex@gmial.example": (450, b"later")})
    mail("receipt", state="queued", error=busy, age=LATE)
    assert undelivered_mail().ok


@pytest.mark.parametrize(
    "error",
    [None, ConnectionRefusedError(), SMTPServerDisconnected(), SMTPDataError(451, b"later")],
)
def test_a_receipt_that_the_server_does_not_take_is_stuck_mail(error):
    mail("receipt", state="queued", error=error, age=LATE)
    assert undelivered_mail().ok is False


@pytest.mark.parametrize("error", [TimeoutError(), delivery.Unwritable("ValueError")])
def test_a_receipt_that_died_of_our_own_trouble_is_unwell(error):
    mail("receipt", error=error)
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
    fail(enquiry.notifications.get(kind="receipt").pk, "dead", REFUSED)
    front = staff.get("/admin/").content.decode()
    assert enquiry.reference in front
    assert "practice.example" not in front


def test_who_may_not_read_the_inbox_sees_nothing_of_it(client):
    signed_in(client, make_user("conditions.view_page"))
    mail("receipt")
    assert "addresses were refused" not in client.get("/admin/").content.decode()
