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
    "leg has gone floppy suddenly",
    "floppy leg",
    "my leg went limp",
    "needed to wee twice tonight and it felt strange",
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
    "pre existing condition waiting period 12 months",
    "burning when i wee pain in side kidney",
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
    "email address for rooms": "Write to us by email",
    "patient of yours needs discharge summary faxed to our rooms": "Letters, summaries and reports",
    "can i speak to dr lee": "Ring or write to us",
    "is dr lee better than dr smith": "How good a surgeon is",
    "is he any good": "How good a surgeon is",
    "diarea after antibiotics post op": "Diarrhoea, or vomiting that does not stop",
    "shave my legs before operation": "Hair, skin, lenses and make-up before an operation",
    "do you prescribe medical cannabis": "Prescriptions",
    "who may sign for my father": "Somebody who forgets, or cannot decide alone",
    "sudden bad pain low back cant move is it dangerous": (
        "Healthdirect: a nurse answers day and night"
    ),
    "email address": "Write to us by email",
}


MEANT = {
    "dr leee waiting tme": "How long is the wait?",
    "hi how long is the wiat": "How long is the wait?",
    "phne number": "Ring or write to us",
    "refferal frm": "The referral form on paper",
    "bukl billing": "Bulk billing",
}
PASSAGES = {
    "on the tools again when": "12 to 16 for heavy work",
    "milking cows how soon after operation": "12 to 16 for heavy work",
    "touch footy": "Contact sport",
    "stand on one leg to put pants on": "Dress sitting down",
    "my wife wont let me touch her since baby hip pain": "For sex, lie on your side",
    "squat toilet": "the raised seat",
    "red flags to refer urgently": "Emergency department now, before any letter",
    "surgery date moved two weeks": "With a new day you need a new plan",
    "my husband needs me i am his carer and having surgery": "Carer Gateway",
    "burning when i wee pain in side kidney": "A kidney tends to hurt higher up",
    "ectopic pregnancy pain": "A pregnancy outside the womb",
    "what are my chances it works": "81 of every 100",
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


def test_who_signs_for_somebody_is_led_to_whom_to_ask(client, clinic, starter_pages):
    address = direct_answers("power of attorney", clinic)[0].address
    path, _, anchor = address.partition("#")
    assert f'id="{anchor}"' in client.get(path).content.decode()
    assert anchor == "if-you-decide-for-somebody-else"


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


@pytest.mark.parametrize("query", MEANT)
def test_slips_in_short_words_still_lead_to_a_card(client, clinic, starter_pages, query):
    shown = client.get("/search/", {"q": query}).context
    assert shown["direct"][0].heading == MEANT[query]
    assert shown["answer"].typed == query


@pytest.mark.parametrize("query", ["my bldder is sor", "strke", "sepss kit", "cant pse"])
def test_a_slip_is_never_mended_into_an_alarm(client, clinic, starter_pages, query):
    shown = client.get("/search/", {"q": query}).context
    assert not any(one.is_emergency or one.alone for one in shown["direct"])


def first_words(query):
    first = search(query, emergency_number="000").found[0]
    return "".join(text for text, _ in first.quote)


@pytest.mark.parametrize("query", PASSAGES)
def test_everyday_words_lead_to_the_passage_that_is_meant(starter_pages, query):
    assert PASSAGES[query] in first_words(query)


@pytest.mark.parametrize(
    "query", ["waiting tme", "waiting time", "please tell me how long to wait"]
)
def test_a_warning_is_not_the_first_answer_to_words_that_name_no_sign(starter_pages, query):
    assert "every hour counts" not in first_words(query)


def test_under_an_emergency_stand_only_signs_that_cannot_wait(client, clinic, starter_pages):
    html = client.get("/search/", {"q": "chest pain and cant breathe"}).content.decode()
    quotes = html.partition('<ol class="results">')[2].split("<li>")[1:]
    assert quotes
    assert not any("GP appointment today if" in quote or "six months" in quote for quote in quotes)


def test_after_a_false_alarm_the_pages_are_one_link_away(client, clinic, starter_pages):
    html = client.get("/search/", {"q": "chest pain"}).content.decode()
    assert "?q=chest%20pain&amp;as=typed" in html
    as_typed = client.get("/search/", {"q": "chest pain", "as": "typed"}).context
    assert as_typed["direct"][0].is_emergency
    assert not all(page.is_urgent for page in as_typed["answer"].found)


def test_doctors_with_an_infected_joint_read_which_number_to_ring(clinic):
    (answer, *_) = direct_answers("fever SI joint septic who to call", clinic)
    assert answer.is_emergency
    assert any(clinic.telephone in line for line in answer.lines)
