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


def test_a_browser_asks_each_time_and_a_proxy_each_second(client):
    page = make_page()
    publish_starter(page=page)
    rules = set(client.get(page.get_absolute_url())["Cache-Control"].split(", "))
    browser = {"public", "max-age=0", "must-revalidate"}
    proxy = {"s-maxage=1", "stale-while-revalidate=1", "stale-if-error=86400"}
    assert rules == browser | proxy
