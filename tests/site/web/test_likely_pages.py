"""Who types an address that is none is offered the page that its words fit."""

import pytest

from conditions.publishing.verbs import publish_starter
from conditions.showing.likely import likely_pages
from tests.makers import make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    slugs = ["fees", "for-gps", "recovery-after-fusion", "physiotherapy-after-fusion"]
    for slug in slugs:
        publish_starter(page=make_page(section="guides", slug=slug))


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("/fees/", "/guides/fees/"),
        ("/gps/", "/guides/for-gps/"),
        ("/guides/Fees.html", "/guides/fees/"),
        ("/recovery/after/", "/recovery/"),
        ("/physio/", "/guides/physiotherapy-after-fusion/"),
        ("/contact-us/", "/contact/"),
        ("/price", "/guides/fees/"),
        ("/prices/", "/guides/fees/"),
        ("/guides/fee/", "/guides/fees/"),
        ("/costs.html", "/guides/fees/"),
    ],
)
def test_the_likely_page_is_offered(client, pages, asked, offered):
    response = client.get(asked)
    main = response.content.decode().partition("<main")[2].partition("<footer")[0]
    assert response.status_code == 404
    assert f'href="{offered}"' in main.partition("Is it one of these?")[2]


def test_nothing_is_offered_where_no_word_fits_and_nothing_typed_is_shown(client, pages):
    html = client.get("/zebra-canary/").content.decode()
    assert "Is it one of these?" not in html
    assert "canary" not in html


def test_a_page_that_is_not_live_is_not_offered(client):
    assert [likely.title for likely in likely_pages([], "/fees/")] == []


def test_a_wrong_link_leads_to_the_form_and_the_first_page(client):
    html = client.get("/status/wrong/").content.decode()
    main = html.partition("<main")[2].partition("<footer")[0]
    assert 'href="/contact/"' in main
    assert 'href="/"' in main
