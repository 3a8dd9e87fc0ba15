"""Whoever is handed an enquiry hears of it by mail, once an hour, and without a patient in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.hands.verbs import assign
from referrals.mail.texts import write_letter
from referrals.models import Notification
from tests.makers import PATIENT, make_user, referral, submitted

pytestmark = pytest.mark.django_db
RIGHTS = ["referrals.view_enquiry", "referrals.change_enquiry"]
NOW = timezone.now()


@pytest.fixture
def robin():
    return make_user(*RIGHTS, first_name="Robin", last_name="Sample", email="robin@rooms.example")


@pytest.fixture
def kim():
    return make_user(*RIGHTS, username="kim", email="kim@rooms.example")


@pytest.fixture
def enquiry():
    return submitted(referral())


def told():
    rows = Notification.objects.filter(kind="handed").order_by("pk")
    return [mail.recipient for mail in rows]


def test_who_gets_it_from_a_colleague_hears_who_handed_it_on(enquiry, robin, kim):
    assign(enquiry=enquiry, to=kim, by=robin)
    assert told() == ["kim@rooms.example"]
    letter = write_letter(Notification.objects.get(kind="handed"))
    assert letter.subject.startswith(f"{enquiry.reference} was handed to you")
    assert "Robin Sample handed you" in letter.body
    assert PATIENT not in letter.body + letter.alternatives[0][0]


def test_who_takes_it_or_gives_it_back_gets_no_mail(enquiry, robin):
    assign(enquiry=enquiry, to=robin, by=robin)
    assign(enquiry=enquiry, to=None, by=robin)
    assert told() == []


def test_to_and_fro_is_one_mail_an_hour_to_each(enquiry, robin, kim):
    for minutes in (0, 10, 70):
        at = NOW + timedelta(minutes=minutes)
        for to, by in ((kim, robin), (robin, kim)):
            assign(enquiry=enquiry, to=to, by=by, at=at)
            Notification.objects.filter(kind="handed").update(state="sent", sent_at=at)
    assert told() == ["kim@rooms.example", "robin@rooms.example"] * 2


def test_who_has_it_no_more_hears_nothing_late_and_hears_when_she_gets_it_again(
    enquiry, robin, kim
):
    assign(enquiry=enquiry, to=kim, by=robin)
    assign(enquiry=enquiry, to=None, by=robin)
    assert [mail.state for mail in Notification.objects.filter(kind="handed")] == ["undone"]
    assign(enquiry=enquiry, to=kim, by=robin)
    assert told() == ["kim@rooms.example"] * 2


def test_a_colleague_without_an_address_gets_it_all_the_same(enquiry, robin):
    lee = make_user(*RIGHTS, username="lee")
    assert assign(enquiry=enquiry, to=lee, by=robin).assigned_to == lee
    assert told() == []
