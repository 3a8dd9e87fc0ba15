"""Somebody who left is out at her next press, and everybody finds the way out."""

import pytest
from django.test import Client

from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
STAFF_PAGES = [
    "/admin/",
    "/admin/referrals/enquiry/",
    "/admin/conditions/page/",
    "/admin/auth/user/",
]


@pytest.fixture
def robin():
    return make_user(is_superuser=True)


def is_in(browser):
    answer = browser.get("/admin/referrals/enquiry/")
    return answer.status_code == 200


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_an_account_that_was_switched_off_is_out_in_every_browser(robin, change):
    browsers = [signed_in(Client(), robin), signed_in(Client(), robin)]
    assert all(is_in(browser) for browser in browsers)
    for name, value in change.items():
        setattr(robin, name, value)
    robin.save()
    assert not any(is_in(browser) for browser in browsers)


def test_a_deleted_account_is_out(robin):
    browser = signed_in(Client(), robin)
    robin.delete()
    assert not is_in(browser)


@pytest.mark.parametrize("url", STAFF_PAGES)
def test_the_way_out_stands_on_every_staff_page(client, robin, url):
    html = signed_in(client, robin).get(url).content.decode()
    assert 'action="/admin/logout/"' in html or "/admin/account/logout/" in html


def test_out_is_out(client, robin, settings):
    """Whoever copied the cookie before has nothing."""
    browser = signed_in(client, robin)
    kept = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/admin/account/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)
