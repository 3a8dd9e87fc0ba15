"""Under the first page stand further sections of it that may answer."""

import re

import pytest

from conditions.search.find import search
from conditions.search.first import MOST_ALSO, may_be_quoted
from conditions.search.site.passages import Passage
from conditions.search.wording import read_query

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

ASKED = [
    "how long is the operation and do i stay the night",
    "when can i drive",
    "pre admission clinic",
]
GRANDCHILDREN = "can I still pick up my grandchildren"


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


def words_of_quote(quote):
    return "".join(words for words, _ in quote)


def test_the_nearest_of_them_is_quoted_and_no_other():
    first, *others = search(GRANDCHILDREN, emergency_number="000").found[0].also
    assert first.heading == "After fusion: weeks from the operation"
    assert "nothing heavier than a full kettle" in words_of_quote(first.quote)
    assert not any(other.quote for other in others)


def test_the_heading_before_the_first_quote_tells_of_which_stage_it_speaks(client):
    html = client.get("/search/", {"q": GRANDCHILDREN}).content.decode()
    results = html.partition('class="results"')[2]
    assert "<strong>If your SI joint hurts now:</strong>" in results


@pytest.mark.parametrize("query", [*ASKED, GRANDCHILDREN])
def test_each_paragraph_of_an_answer_is_closed_once(client, query):
    """Whether the section that is quoted stands alone or others follow it."""
    results = client.get("/search/", {"q": query}).content.decode().partition('class="results"')[2]
    results = results.partition("</ol>")[0]
    assert len(re.findall(r"<p[ >]", results)) == results.count("</p>")


def test_beside_a_warning_no_second_quote_takes_the_eye():
    found = search("fell down stairs landed on my bottom", emergency_number="000").found[0]
    assert words_of_quote(found.quote).startswith("Call 000 or go to an emergency department now")
    assert found.under == ""
    assert found.also
    assert not any(also.quote for also in found.also)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Call {emergency} now if: you cannot feel your legs", False),
        ("Very rarely somebody dies of it.", False),
        ("Stairs are easier one at a time.", True),
    ],
)
def test_of_a_warning_and_of_a_rare_harm_the_heading_is_enough(text, quoted):
    asked = read_query("stairs")
    assert may_be_quoted(Passage(text), beside=Passage("Walk."), asked=asked) is quoted


def test_a_rare_harm_is_quoted_where_somebody_asks_for_it():
    asked = read_query("can I die")
    rare = Passage("Very rarely somebody dies of it.")
    assert may_be_quoted(rare, beside=Passage("Walk."), asked=asked)
