"""Mail comes from an address of the site's own: from the rooms to the rooms it would be dropped."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from clinic_site.checks import mail_is_not_dropped, sender_is_chosen, sender_is_not_the_rooms
from referrals.mail import delivery
from referrals.models import Notification
from tests.makers import make_clinic, message, queue_sign_in_mail, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    queue_sign_in_mail(settings)
    mail.outbox = []
    return mail.outbox


def deliver_all():
    while delivery.deliver_one():
        pass


def test_rooms_sender_and_staff_get_mail_from_the_site(settings, delivered):
    settings.DEFAULT_FROM_EMAIL = "website@clinic.example"
    submitted(message(sender_email="alex@sample.example"))
    EmailMessage("Sign-in", "Words", "other@clinic.example", ["robin@clinic.example"]).send()
    deliver_all()
    told = {"rooms@clinic.example", "alex@sample.example", "robin@clinic.example"}
    assert {letter.to[0] for letter in delivered} == told
    sender = "Sacroiliac Joint Clinic website <website@clinic.example>"
    assert {letter.from_email for letter in delivered} == {sender}
    assert {tuple(letter.reply_to) for letter in delivered} == {("rooms@clinic.example",)}


def test_a_name_in_the_setting_is_kept(settings, delivered):
    settings.DEFAULT_FROM_EMAIL = "The rooms’ robot <website@clinic.example>"
    submitted()
    deliver_all()
    assert "robot" in delivered[0].from_email


@pytest.mark.parametrize("field", ["email", "second_email"])
def test_a_public_site_is_warned_of_the_rooms_own_address(settings, field):
    settings.SITE_IS_LOOPBACK = False
    settings.DEFAULT_FROM_EMAIL = "Website <Desk@clinic.example>"
    assert sender_is_not_the_rooms(None, databases=["default"]) == []
    make_clinic(**{field: "desk@clinic.example"})
    assert [m.id for m in sender_is_not_the_rooms(None, databases=["default"])] == [
        "clinic_site.W003"
    ]


def test_an_address_that_hears_of_enquiries_counts_too(settings):
    settings.SITE_IS_LOOPBACK = False
    settings.DEFAULT_FROM_EMAIL = "desk@clinic.example"
    make_clinic().notified.create(email="desk@clinic.example")
    assert sender_is_not_the_rooms(None, databases=["default"])


def test_only_a_public_site_is_asked_to_choose(settings):
    settings.DEFAULT_FROM_IS_SET = False
    assert sender_is_chosen(None) == []
    settings.SITE_IS_LOOPBACK = False
    assert [m.id for m in sender_is_chosen(None)] == ["clinic_site.W002"]


def test_mail_that_would_be_dropped_is_never_marked_as_sent(settings, delivered):
    settings.MAIL_IS_DROPPED = True
    submitted()
    row = delivery.deliver_one()
    assert (row.state, row.last_error) == (Notification.State.QUEUED, "MailIsDropped")
    assert delivered == []
    assert [m.id for m in mail_is_not_dropped(None)] == ["clinic_site.W001"]
