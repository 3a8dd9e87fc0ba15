"""Sent is not seen: only a person who opens an enquiry changes its state."""

from unittest import mock

import pytest

from referrals.models import AccessLog, Enquiry, Event
from referrals.workflow import verbs
from tests.makers import make_user, submitted

pytestmark = pytest.mark.django_db


def test_the_first_reading_opens_and_names_the_reader():
    robin = make_user("referrals.view_enquiry")
    enquiry = verbs.open_(enquiry=submitted(), by=robin)
    assert enquiry.status == Enquiry.Status.OPENED
    assert enquiry.opened_at == Enquiry.objects.get().opened_at is not None
    assert enquiry.events.get(kind=Event.Kind.OPENED).by == robin


def test_every_reading_is_logged_but_opened_once():
    robin, enquiry = make_user("referrals.view_enquiry"), submitted()
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.open_(enquiry=enquiry, by=robin)
    assert AccessLog.objects.filter(reference=enquiry.reference).count() == 2
    assert enquiry.events.filter(kind=Event.Kind.OPENED).count() == 1


def test_a_failure_midway_opens_nothing():
    robin, enquiry = make_user("referrals.view_enquiry"), submitted()
    with mock.patch.object(Event.objects, "create", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            verbs.open_(enquiry=enquiry, by=robin)
    assert Enquiry.objects.get().status == Enquiry.Status.RECEIVED
    assert not AccessLog.objects.exists()
