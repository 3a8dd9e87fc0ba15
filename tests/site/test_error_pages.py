"""When something fails, the page says what to do next and whom to ring."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import RequestFactory

from clinic_site.views import error_page
from tests.makers import make_clinic, message_post

pytestmark = pytest.mark.django_db

STATUSES = [400, 403, 404, 410, 413, 500, 503]
SYDNEY = ZoneInfo("Australia/Sydney")
CLOSED, OPEN = datetime(2026, 11, 22, 21, tzinfo=SYDNEY), datetime(2026, 11, 23, 10, tzinfo=SYDNEY)


def shown(status):
    request = RequestFactory().get("/")
    return error_page(request, status=status, template=f"errors/{status}.html")


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_names_the_telephone_and_the_emergency_number(status):
    response = shown(status)
    html = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert 'href="tel:0255501234"' in html
    assert 'href="tel:000"' in html
    assert html.count("<h1>") == 1


def on_screen_and_on_paper(status):
    """What a page says above its footer, to the eye and when it is printed."""
    main = shown(status).content.decode().partition("<main")[2].partition("<footer")[0]
    start, _, rest = main.partition('<div class="ring on-paper">')
    paper, _, end = rest.partition("</div>")
    return start + end, paper


@pytest.mark.parametrize("moment", [CLOSED, OPEN])
@pytest.mark.parametrize("status", STATUSES)
def test_an_error_page_says_the_emergency_number_once(status, moment):
    with time_machine.travel(moment, tick=False):
        screen, paper = on_screen_and_on_paper(status)
    assert screen.count('href="tel:000"') == 1
    assert paper.count('href="tel:000"') == 1


@pytest.mark.parametrize("moment", [CLOSED, OPEN])
def test_a_clinic_with_an_after_hours_number_says_the_emergency_number_once_too(moment):
    make_clinic(after_hours_telephone="1800 555 019")
    with time_machine.travel(moment, tick=False):
        screen, _ = on_screen_and_on_paper(500)
    assert screen.count('href="tel:000"') == 1


def test_a_clinic_that_lost_its_telephone_number_still_says_the_emergency_number():
    make_clinic(telephone="")
    screen, _ = on_screen_and_on_paper(500)
    assert screen.count('href="tel:000"') == 1


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_has_the_menu_and_the_footer(status):
    html = shown(status).content.decode()
    assert '<nav class="menu-panel"' in html
    assert '<footer class="site-footer">' in html
    assert 'href="/contact/#rooms"' in html or "Write to us" in html


def test_the_menu_begins_with_what_is_often_needed():
    menu = shown(404).content.decode().partition('<nav class="menu-panel"')[2]
    first = re.findall(r'<a href="([^"]+)"', menu)[:4]
    assert first == ["/refer/", "/recovery/", "/contact/", "/contact/#rooms"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_page_offers_a_search(status):
    html = shown(status).content.decode()
    assert 'action="/search/"' in html
    assert 'name="q"' in html


@pytest.mark.parametrize("status", [413, 503])
def test_whoever_sent_something_learns_that_it_has_not_arrived(status):
    assert "not reached us" in shown(status).content.decode()


def test_a_form_that_is_too_large_is_a_413(client):
    response = client.post("/contact/", message_post(text="x" * 1_100_000))
    assert response.status_code == 413
    assert "smaller files" in response.content.decode()
