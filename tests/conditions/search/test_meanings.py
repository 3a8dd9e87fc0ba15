"""Whoever asks what a word means reads the glossary first; a whole question, the page."""

import pytest

from conditions.search.find import search

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

ASKED = {
    "arthrodesis": "Arthrodesis",
    "what does arthrodesis mean": "Arthrodesis",
    "meaning of contraindication": "Contraindication",
    "what is a provocation test": "Provocation test",
    "define cartilage": "Cartilage",
}


@pytest.mark.parametrize(("query", "term"), ASKED.items())
def test_the_entry_stands_before_all_pages(client, query, term):
    html = client.get("/search/", {"q": query}).content.decode()
    before, _, _ = html.partition('class="results"')
    assert f"<dt>{term} <span" in before


def test_the_word_itself_comes_before_words_that_only_go_with_it():
    terms = [term["term"] for term in search("sacrum", emergency_number="000").terms]
    assert terms[0] == "Sacrum"
    assert len(terms) > 1


@pytest.mark.parametrize("query", ["what does fusion mean for my work", "fusion and driving"])
def test_a_question_about_it_is_answered_by_a_page_first(query):
    answer = search(query, emergency_number="000")
    assert answer.terms
    assert not answer.explains_first
