"""A page cites its sources; a long list stands in full at an address of its own."""

from unittest import mock

import pytest

from conditions.models import Citation
from conditions.publishing.verbs import publish_starter, withdraw
from tests.makers import make_page, make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    page = make_page()
    source = make_source()
    source.citation = "Polly DW, Cher DJ. A trial of <fusion>. Neurosurgery 2015;77:674."
    source.save(update_fields=["citation"])
    Citation.objects.create(page=page, source=source)
    publish_starter(page=page)
    return page


def test_a_page_cites_its_sources_in_full(client, published):
    html = client.get(published.get_absolute_url()).content.decode()
    assert "Neurosurgery 2015;77:674.</a>" in html
    assert "sources/" not in html


def test_a_long_list_is_named_in_short_and_leads_to_all_of_it(client, published):
    with mock.patch("conditions.templatetags.figures.LONG_LIST", 0):
        html = client.get(published.get_absolute_url()).content.decode()
    assert '<a href="https://doi.org/10.1000/1">Polly DW and others, 2015</a>' in html
    assert 'href="/conditions/sample-page/sources/"' in html
    assert "Neurosurgery" not in html


def test_in_full_they_stand_as_published(client, published, django_assert_num_queries):
    published.sources.update(citation="Changed since.")
    client.get("/conditions/sample-page/sources/")  # the first reader prepares it
    with django_assert_num_queries(3):
        html = client.get("/conditions/sample-page/sources/").content.decode()
    assert "A trial of &lt;fusion&gt;. Neurosurgery 2015;77:674." in html
    assert "Changed since." not in html


def test_a_page_without_sources_says_so(client):
    publish_starter(page=make_page())
    assert "names no sources" in client.get("/conditions/sample-page/sources/").content.decode()


def test_the_sources_of_a_withdrawn_page_are_gone_with_it(client, published):
    withdraw(page=published, by=make_user("conditions.publish_page"))
    assert client.get("/conditions/sample-page/sources/").status_code == 410


def test_a_page_that_never_was_has_no_sources(client):
    assert client.get("/conditions/none/sources/").status_code == 404
