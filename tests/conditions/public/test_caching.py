"""A page can be cached whole, and whoever publishes sees it at once."""

import pytest

from conditions.publishing.verbs import publish_starter
from tests.makers import make_page

pytestmark = pytest.mark.django_db


def test_an_unchanged_page_costs_a_browser_no_bytes(client):
    page = make_page()
    publish_starter(page=page)
    first = client.get(page.get_absolute_url())
    again = client.get(page.get_absolute_url(), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_a_browser_asks_each_time_and_a_cache_may_keep_it_a_minute(client):
    page = make_page()
    publish_starter(page=page)
    rules = client.get(page.get_absolute_url())["Cache-Control"]
    assert "max-age=0" in rules
    assert "s-maxage=60" in rules
    assert "public" in rules
