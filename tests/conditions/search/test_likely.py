"""In words that nobody foresaw a search still leads to the page that is meant."""

import pytest

from conditions.search.first_answers import first_answer_to
from conditions.search.likely import likeliest, situations
from conditions.search.site.live import live_now
from conditions.search.site.pages import known_pages
from conditions.search.wording import stem

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

# No phrase chosen by hand holds in these: words and situations alone have to find the page.
UNFORESEEN = {
    "gluteal activation drills": "treatments/exercise-programme",
    "maternity unit": "conditions/pregnancy-and-after-birth",
    "stored information": "guides/privacy",
    "frozen meals and the freezer": "guides/preparing-for-surgery",
    "iritis": "conditions/inflammatory-sacroiliitis",
}
SITUATIONS = {
    "turning in bed": "conditions/sacroiliac-joint-dysfunction",
    "turning in bed 30 weeks pregnant": "conditions/pregnancy-and-after-birth",
    "numb leg": "conditions/symptoms",
    "numb leg after my needle": "treatments/steroid-injection",
    "eliquis before my operation": "guides/preparing-for-surgery",
    "eliquis and the injection": "treatments/steroid-injection",
    "bridges and clams": "treatments/exercise-programme",
    "when may my client do bridges post op": "guides/physiotherapy-after-fusion",
    "bum pain": "conditions/symptoms",
    "bum pain, L5 fused two years ago": "conditions/after-a-spinal-fusion",
}


def page_for(query):
    return likeliest(query, known_pages(live_now()).likely).partition("#")[0]


@pytest.mark.parametrize("query", UNFORESEEN)
def test_words_alone_find_the_page(query):
    assert first_answer_to(query) == ""
    assert page_for(query) == UNFORESEEN[query]


@pytest.mark.parametrize("query", SITUATIONS)
def test_the_situation_that_somebody_tells_of_decides(query):
    assert page_for(query) == SITUATIONS[query]


def test_words_of_numbers_that_were_run_together_are_parted():
    assert page_for("l5s1 fused, bum pain") == "conditions/after-a-spinal-fusion"
    assert page_for("6wks after op") == page_for("6 weeks after op")


def test_the_passage_that_is_meant_is_chosen_with_its_page():
    asked = "who will look after me after surgery"
    page, _, passage = likeliest(asked, known_pages(live_now()).likely).partition("#")
    assert (page, passage[:13]) == ("guides/preparing-for-surgery", "Book a person")


@pytest.mark.parametrize("query", ["what if zzzzqqqq", "12345", "???", ""])
def test_words_that_say_nothing_lead_to_no_page(query):
    assert page_for(query) == ""


def test_each_page_of_a_situation_is_public():
    named = {page for situation in situations() for page in situation.pages}
    assert named <= set(known_pages(live_now()).likely.pages)


def test_a_word_that_only_a_page_holds_counts_for_it():
    known = known_pages(live_now()).likely
    row = known.weights[stem("oswestry")]
    assert [page for page, worth in zip(known.pages, row, strict=True) if worth] == [
        "guides/for-gps"
    ]
