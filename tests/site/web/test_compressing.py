"""Pages for everyone travel light; pages with a form keep Django's guard against BREACH."""

import brotli
import pytest

from clinic_site.web.idle_space import without_idle_space
from conditions.publishing.verbs import publish_starter
from tests.makers import make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def url():
    page = make_page(words="<p>Words that repeat. </p>" * 50)
    publish_starter(page=page)
    return page.get_absolute_url()


def read(client, url, accepted, **headers):
    return client.get(url, headers={"accept-encoding": accepted, **headers})


def test_a_page_for_everyone_is_packed_and_unpacks_to_its_words(client, url):
    plain, small = client.get(url), read(client, url, "gzip, deflate, br")
    assert small["Content-Encoding"] == "br"
    assert brotli.decompress(small.content).decode() == without_idle_space(plain.text)
    assert int(small["Content-Length"]) == len(small.content) < len(plain.content) / 2
    assert "Accept-Encoding" in small["Vary"]


@pytest.mark.parametrize("accepted", ["gzip", "gzip, br;q=0", "br;q=0.0, gzip"])
def test_a_browser_without_brotli_gets_gzip(client, url, accepted):
    assert read(client, url, accepted)["Content-Encoding"] == "gzip"


def test_an_unchanged_page_is_still_a_304(client, url):
    first = read(client, url, "br")
    again = read(client, url, "br", **{"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_a_form_with_its_key_is_not_packed_here(client):
    response = read(client, "/contact/", "gzip, br")
    assert response["Content-Encoding"] == "gzip"
