"""Kinds of question that single words lead astray have an answer, which no warning sign is hidden
by."""

import pytest

from conditions.search.find import search
from conditions.search.first_answers import words_read
from conditions.search.likely import situations
from conditions.search.site.live import live_now
from conditions.search.site.pages import known_pages
from conditions.search.wording import is_within, plain_words, stems_of

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

# The first is of the kind; the second looks like it, and is another question.
ALIKE = [
    ("clamshells make it worse", "go back one step", "how many clamshells"),
    ("the fusion didnt take", "Bone may not have grown", "when does the fusion take place"),
    ("what if i do nothing", "You run no risk", "the injection did nothing"),
    ("clopidogrel and the block", "Name blood thinners first", "clopidogrel before my fusion"),
    ("coming off oxycodone", "come off an opioid slowly", "is oxycodone any good"),
    ("allergic to latex", "Tell the clinic about allergies", "allergic to nickel"),
    ("rhizotomy worn off", "the nerves grow back", "how long does a rhizotomy last"),
    (
        "6 months after birth still sore",
        "Still sore after six weeks",
        "birth plan with si pain",
    ),
    ("turning over in bed", "roll over all at once", "turning over in bed after surgery"),
    ("standing all day at work", "between sitting and standing", "stand up after surgery at work"),
    ("i live alone who helps after surgery", "social worker", "alone in the shower after surgery"),
]


def quoted(query):
    found = search(query, emergency_number="000").found
    return "".join(words for words, _ in found[0].quote) if found else ""


@pytest.mark.parametrize(("query", "answer", "another"), ALIKE)
def test_a_kind_of_question_is_answered_and_what_looks_like_it_is_not(query, answer, another):
    assert answer in quoted(query)
    assert answer not in quoted(another)


SIGNS = ["my leg is weak", "i cant wee", "i have a fever", "my calf is swollen", "my legs are numb"]


@pytest.mark.parametrize("sign", SIGNS)
def test_no_calm_answer_stands_before_a_sign(sign):
    calm = [told for told in situations() if told.is_calm]
    for query in ["the exercises make it worse", "i live alone after surgery", "fusion didnt take"]:
        assert any(told.is_told(set(meant(query))) for told in calm)
        assert not any(told.is_told(set(meant(f"{query} and {sign}"))) for told in calm)


def meant(query):
    return words_read(query)[1]


def test_each_answer_still_stands_on_its_page():
    pages = known_pages(live_now()).pages
    by_name = {f"{page.section}/{page.slug}": page for page in pages.values()}
    for told in situations():
        page, _, words = told.answer.partition("#")
        stems = stems_of(plain_words(words))
        assert not page or any(is_within(stems, said) for _, said in by_name[page].passages), words


# The words beside the medicine ask for other passages, chosen by hand or by nearness.
NAMED = {
    "eat and drink before surgery on mounjaro": "GLP-1",
    "targin and getting my body ready": "opioid",
}


@pytest.mark.parametrize("query", NAMED)
def test_a_medicine_that_is_named_stands_in_what_is_quoted(query):
    assert NAMED[query] in quoted(query)


def test_a_passage_about_medicines_in_general_is_enough():
    assert "which tablets" in quoted("oxycodone while breastfeeding")


def test_a_sentence_about_a_picture_that_is_not_seen_is_no_answer():
    for query in ["2 years after giving birth", "pelvic girdle pain for years"]:
        assert "The picture" not in quoted(query)
