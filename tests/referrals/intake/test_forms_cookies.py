"""A browser that blocks cookies sends a form where it says where that came from; other sites never.

The count of tries is in the form itself, so that nobody presses a button for ever.
"""

import pytest
from django.test import Client

from referrals.models import Enquiry
from tests.makers import hidden_in, message_post, quick_post, referral_post

pytestmark = pytest.mark.django_db
FORMS = [("/contact/", message_post), ("/refer/", referral_post), ("/refer/", quick_post)]
OURS = "http://testserver"


@pytest.fixture
def browser():
    """It sends no cookie at all."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": OURS},
        {"origin": OURS, "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_form_of_ours_goes_through_without_a_cookie(browser, url, post, headers):
    assert browser.post(url, post(), headers=headers).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://["},
        {"origin": "nonsense"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"referer": "http://["},
    ],
)
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_form_of_another_site_is_refused(browser, url, post, headers):
    response = browser.post(url, post(), headers=headers)
    assert response.status_code == 403
    assert "Please send the form once more" in response.content.decode()
    assert not Enquiry.objects.exists()


def test_our_host_under_another_scheme_is_not_taken_for_our_page(browser):
    data = message_post()
    response = browser.post("/contact/", data, headers={"origin": "https://testserver"})
    assert response.status_code == 403
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("key", ["", "forged"])
def test_without_a_key_of_ours_the_word_of_the_browser_is_not_enough(browser, key):
    response = browser.post("/contact/", message_post(form_key=key), headers={"origin": OURS})
    assert response.status_code == 403
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}])
@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_browser_that_says_nothing_is_asked_and_not_for_ever(browser, url, post, headers):
    data = post()
    html = browser.post(url, data, headers=headers).content.decode()
    assert "Did you write this?" in html
    assert f"<bdi>{data['name']}</bdi>" in html
    assert "your browser blocks cookies" in html
    assert "tel:0255501234" in html
    again = {**hidden_in(html), "mine": "1"}
    browser.cookies.clear()
    html = browser.post(url, again, headers=headers).content.decode()
    assert "Your browser blocks what we need" in html
    assert "<form" not in html.partition("<main")[2].partition("</main")[0]
    assert f"<bdi>{data['name']}</bdi>" in html
    assert "tel:0255501234" in html
    assert not Enquiry.objects.exists()


def test_the_site_address_counts_as_ours_behind_a_proxy(browser, settings):
    settings.SITE_URL = "https://clinic.example"
    headers = {"origin": "https://clinic.example"}
    assert browser.post("/contact/", message_post(), headers=headers).status_code == 302
