"""Emergencies in own words, what may not alarm, slips of the pen, and what stands alone."""

import pytest

from clinic_site.models import Clinic
from conditions.publishing.verbs import publish_starter
from conditions.search.direct import direct_answers
from conditions.search.find import search
from conditions.search.kinds import phrases
from tests.makers import make_clinic, make_page

pytestmark = pytest.mark.django_db

AN_EMERGENCY = [
    "foot suddenly wont lift",
    "my foot drops",
    "can’t raise my toes",
    "foot keeps tripping and dragging",
    "cant move my leg",
    "my leg is getting weaker",
    "both legs went numb",
    "lost feeling between legs",
    "unable to pass urine",
    "havent weed since yesterday",
    "pooing myself",
    "cant catch my breath",
    "bleeding through the dressing",
    "shaking chills",
    "took too much endone",
    "wont wake up",
    "fell over cant get up",
    "my throat is closing",
]
NO_ALARM = [
    "my foot falls asleep when i sit",
    "foot goes to sleep for a second",
    "leg feels weak getting up from a chair",
    "leg gives way sometimes",
    "is foot drop a risk of fusion",
    "shivering after anaesthetic",
    "scared i wont wake up from anaesthetic",
    "i took too much time off work",
    "calf stretches",
    "pain goes down to my calf",
    "can injection cause a fever",
    "life with a fused joint",
    "the pain hits me at night",
    "is walking good or bad",
]
CARDS = {
    "calf hot and swollen": "A swollen or sore calf: somebody must look at it today",
    "wound leaking and feaver": "A fever",
    "thinking of ending it": "Pain can make life feel not worth living",
    "my husband hits me": "If somebody hurts you",
    "hives after tablet": "A bad reaction to a medicine",
    "my baby isnt moving": "Ring your maternity unit now",
    "can you fix my slipped disk": "Slipped discs and other disc trouble",
    "my hip clicks": "A click, clunk or pop",
    "is running ok": "Running with this pain",
    "which mattress": "Mattresses, chairs and shoes",
    "losing weight": "Weight and this pain",
    "what did my mri show": "Your results",
    "piriformis": "Another cause of pain nearby",
    "email address": "Write to us by email",
}


@pytest.fixture
def clinic():
    make_clinic()
    return Clinic.with_rooms()


@pytest.mark.parametrize("query", AN_EMERGENCY)
def test_an_emergency_is_known_in_peoples_own_words(clinic, query):
    assert direct_answers(query, clinic)[0].is_emergency


@pytest.mark.parametrize("query", NO_ALARM)
def test_what_is_harmless_does_not_alarm(clinic, query):
    assert direct_answers(query, clinic) == []


@pytest.mark.parametrize("query", CARDS)
def test_whatever_words_ask_for_a_card_it_answers(clinic, query):
    assert direct_answers(query, clinic)[0].heading == CARDS[query]


@pytest.mark.parametrize("query", ["i want to die", "my husband hits me", "make a complaint"])
def test_beside_a_crisis_or_a_complaint_no_page_is_shown(client, clinic, starter_pages, query):
    html = client.get("/search/", {"q": query}).content.decode()
    assert '<ol class="results">' not in html
    assert "Not what you need?" not in html


def test_in_despair_an_emergency_keeps_its_card(clinic):
    both = direct_answers("took too many tablets, want to die", clinic)
    assert [answer.is_emergency for answer in both] == [False, True]


def test_where_another_number_is_dialled_no_australian_line_is_named(clinic):
    clinic.emergency_number = "112"
    (answer,) = direct_answers("my husband hits me", clinic)
    assert answer.telephone == "112"


def test_the_card_on_email_carries_the_address(client, clinic):
    html = client.get("/search/", {"q": "email address"}).content.decode()
    assert f'<p><a href="mailto:{clinic.email}">{clinic.email}</a></p>' in html


def test_a_slip_is_mended_into_the_word_that_fits_the_others(starter_pages):
    def instead(query):
        return search(query, emergency_number="000").suggestion

    assert instead("cloting injections clexane") == "clotting injections clexane"
    assert instead("asymetric sacroilitis") == "asymmetric sacroiliitis"
    assert instead("feaver") == ""  # known as it is


def quoted_of_a_sample_page(query):
    words = "<p>Walking may end in a wheelchair.</p><p>Walking for some minutes is good.</p>"
    publish_starter(page=make_page(words=words))
    found = search(query, emergency_number="000").found
    sample = next(page for page in found if page.title == "Sample page")
    return "".join(text for text, _ in sample.quote)


def test_a_rare_harm_is_not_the_first_answer_to_a_general_question():
    assert "minutes" in quoted_of_a_sample_page("about walking")


def test_whoever_asks_for_a_harm_reads_of_it():
    assert "wheelchair" in quoted_of_a_sample_page("walking wheelchair")


def test_bars_part_words_that_may_stand_in_one_place():
    assert phrases("foot wont|is_not move") == (
        ("foot", "wont", "move"),
        ("foot", "is", "not", "move"),
    )
