"""Under the first page stand further sections of it that may answer."""

import re

import pytest

from conditions.search.find import search
from conditions.search.first import MOST_ALSO

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

ASKED = [
    "how long is the operation and do i stay the night",
    "when can i drive",
    "pre admission clinic",
]


@pytest.mark.parametrize("query", ASKED)
def test_further_sections_are_of_the_same_page_and_not_the_one_quoted(query):
    first = search(query, emergency_number="000").found[0]
    path, _, anchor = first.address.partition("#")
    others = [also.address.partition("#") for also in first.also]
    assert all(other == path and name != anchor for other, _, name in others)
    assert len(set(others)) == len(others) <= MOST_ALSO


def test_each_leads_to_its_heading(client):
    first = search("pre admission clinic", emergency_number="000").found[0]
    assert first.also
    html = client.get(first.address).content.decode()
    for also in first.also:
        place = also.address.partition("#")[2]
        assert f'id="{place}"' in html
        assert also.heading in re.sub(r"&#x27;", "'", html)


def test_they_are_links_under_the_first_page_alone(client):
    html = client.get("/search/", {"q": "pre admission clinic"}).content.decode()
    assert html.count("Also on this page:") == 1
    results = html.partition('class="results"')[2]
    assert results.index("Also on this page:") < results.index("</li>")


def test_a_section_that_holds_little_of_what_was_typed_is_not_named():
    assert search("hypermobility eds", emergency_number="000").found[0].also == []
