"""An expired page costs nobody what they typed; a form that another site sends stores nothing."""

import re

import pytest
from django.test import Client

from referrals.models import Attachment, Enquiry
from tests.makers import hidden_in, message_post, quick_post, referral_post

pytestmark = pytest.mark.django_db
FORMS = [("/contact/", message_post), ("/refer/", referral_post), ("/refer/", quick_post)]


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def rewind(data):
    """The sample letter was read once."""
    if letter := data.get("letter"):
        letter.seek(0)


def token_in(html):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]


@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_form_whose_cookie_is_gone_comes_back_to_whoever_says_it_is_hers(browser, url, post):
    data = post()
    response = browser.post(url, data)
    assert response.status_code == 403
    form = browser.post(url, {**hidden_in(response.content.decode()), "mine": "1"})
    html = form.content.decode()
    assert form.status_code == 200
    assert f'value="{data["name"]}"' in html
    assert not Enquiry.objects.exists()
    again = {**data, "letter": data.get("letter", [""]), "csrfmiddlewaretoken": token_in(html)}
    rewind(data)
    assert browser.post(url, again).status_code == 302


def test_a_stale_token_beside_a_good_cookie_gets_a_new_one(browser):
    browser.get("/contact/")
    html = browser.post("/contact/", message_post(csrfmiddlewaretoken="x" * 64)).content.decode()
    again = message_post(csrfmiddlewaretoken=token_in(html))
    assert browser.post("/contact/", again).status_code == 302


@pytest.mark.parametrize("header", ["HTTP_ORIGIN", "HTTP_REFERER"])
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_form_from_another_site_is_refused_and_holds_nothing(browser, url, post, header):
    token = token_in(browser.get(url).content.decode())
    foreign = {header: "https://evil.example/page"}
    secure = header == "HTTP_REFERER"  # Django asks for a referer where the site is https
    if secure:
        token = "x" * 64
    response = browser.post(url, post(csrfmiddlewaretoken=token), secure=secure, **foreign)
    assert response.status_code == 403
    assert "It has not reached us" in response.content.decode()
    assert not Enquiry.objects.exists()
    assert not Attachment.objects.exists()


def test_a_hidden_origin_with_a_good_token_is_not_trusted(browser):
    token = token_in(browser.get("/contact/").content.decode())
    data = message_post(csrfmiddlewaretoken=token)
    assert browser.post("/contact/", data, HTTP_ORIGIN="null").status_code == 403
    assert not Enquiry.objects.exists()


def test_the_pages_of_a_browser_that_behaves_are_accepted(browser):
    token = token_in(browser.get("/refer/").content.decode())
    data = quick_post(csrfmiddlewaretoken=token)
    response = browser.post("/refer/", data, HTTP_ORIGIN="http://testserver")
    assert response.status_code == 302


def test_other_addresses_keep_their_own_page(browser):
    response = browser.post("/admin/account/login/", {"login": "robin"})
    assert response.status_code == 403
    assert "It has not reached us" in response.content.decode()
