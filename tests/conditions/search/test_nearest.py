"""What somebody types finds the passage whose sample questions are nearest to it."""

import pytest

from conditions.models import Page
from conditions.publishing.verbs import publish_starter, withdraw
from conditions.search.find import search
from conditions.search.nearest import asked, near_of, nearness, question_words, questions_of
from conditions.search.site.live import live_now
from conditions.search.site.pages import known_pages, read_page, read_pages
from tests.makers import make_page, make_user

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

# No words of a page and no phrase chosen by hand lead to these.
QUOTED = {
    "hypermobility eds": "joints that bend more than most",
    "dog pulled me over now cant put weight on left": "if there is severe new pain",
    "pre admission clinic": "a health check with blood tests",
}


def first(query):
    found = search(query, emergency_number="000").found[0]
    return found, "".join(words for words, _ in found.quote)


@pytest.mark.parametrize("query", QUOTED)
def test_the_passage_nearest_to_sample_questions_is_quoted(query):
    assert QUOTED[query] in first(query)[1]


def test_a_sample_question_leads_to_its_passage():
    known = known_pages(live_now())
    evidence = nearness("hypermobility eds", known.near, {})
    nearest = max(evidence, key=lambda number: evidence[number].worth)
    assert "joints that bend more than most" in known.places[nearest][1].text


def test_a_question_is_never_shown(client):
    html = client.get("/search/", {"q": "ehlers danlos"}).content.decode()
    assert "bendy" not in html.lower()


def test_a_passage_that_is_not_public_is_never_quoted():
    assert "/conditions/causes/" in first("hypermobility eds")[0].address
    withdraw(page=Page.objects.get(slug="causes"), by=make_user("conditions.publish_page"))
    shown = search("hypermobility eds", emergency_number="000").found
    assert not any("/conditions/causes/" in page.address for page in shown)


def test_a_passage_chosen_by_hand_is_not_moved():
    assert "The joint hardly moves" in first("my hip popped out")[1]


def test_a_list_of_warning_signs_is_not_quoted_to_who_tells_of_none():
    assert "Ask for a GP appointment today if" not in first("change my appointment")[1]
    assert "Ring our rooms today if" not in first("scared of surgery")[1]


def test_each_opening_stands_on_its_page():
    pages = {f"{page.section}/{page.slug}": page for page in map_of_pages()}
    lost = [
        (name, " ".join(opening))
        for name, known in asked().items()
        for opening in known
        if not any(questions_of(pages[name], {opening: "x"}))
    ]
    assert lost == []


def map_of_pages():
    live = live_now()
    return read_pages(list(live.versions.values()), live)


def test_numbers_and_words_that_mean_the_same_are_read_alike():
    assert question_words("6 weeks after op") == question_words("12 weeks post surgery")


def test_without_sample_questions_the_words_of_the_page_alone_decide():
    page = make_page(slug="a", words="<p>Walk with crutches.</p>")
    publication = publish_starter(page=page)
    live = live_now()
    only = near_of([read_page(live.versions[publication.pk], live)])
    assert not only.is_asked
