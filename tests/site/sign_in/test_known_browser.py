"""The cookie of a known browser ends, and is good for nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.http import HttpResponse
from django.utils import timezone

from clinic_site.sign_in.places import KNOWN_FOR, Place, remember
from tests.makers import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return make_user()


def cookie_of(rf, settings, user):
    response = HttpResponse()
    remember(rf.get("/"), response, user)
    return response.cookies[settings.KNOWN_BROWSER_COOKIE_NAME].value


def knows(rf, settings, user, cookie):
    rf.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = cookie
    return Place.of(rf.get("/")).knows(user)


def test_it_is_known_for_its_time_and_no_longer_however_the_browser_keeps_it(rf, settings, robin):
    cookie = cookie_of(rf, settings, robin)
    assert knows(rf, settings, robin, cookie)
    with time_machine.travel(timezone.now() + KNOWN_FOR + timedelta(minutes=1)):
        assert not knows(rf, settings, robin, cookie)


def test_what_was_signed_for_another_purpose_makes_no_browser_known(rf, settings, robin):
    """Both are signed with one key: each purpose has a salt of its own."""
    other = signing.dumps({"browser": "1", "people": [robin.pk]}, salt="referrals.form_key")
    assert not knows(rf, settings, robin, other)
