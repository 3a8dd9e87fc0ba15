"""What patients type leads to the page that answers it, on either database."""

import pytest

from conditions.search.find import search
from conditions.search.site.live import live_now
from conditions.search.site.spelling import mended
from conditions.search.site.words import vocabulary
from tests.timing import processor_seconds

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

FUSION = "/treatments/minimally-invasive-fusion/"
RECOVERY = "/guides/recovery-after-fusion/"
PREPARING = "/guides/preparing-for-surgery/"
CARE = "/treatments/non-surgical-care/"
MEDICINES = "/treatments/medicines/"
DAILY = "/guides/daily-life/"
OVERVIEW = "/conditions/sacroiliac-joint-dysfunction/"
IMPLANTS = "/guides/implants-and-scans/"

QUERIES = {
    "crutches": [RECOVERY, PREPARING],
    "how long off work": [DAILY],
    "driving": [DAILY],
    "can I go skiing": [DAILY],
    "stairs": [DAILY, "/conditions/symptoms/"],
    "when can I have sex": [DAILY],
    "screws": [IMPLANTS, FUSION],
    "SIJ": [OVERVIEW],
    "keyhole surgery": [FUSION],
    "tailbone pain": ["/guides/sacroiliac-joint-anatomy/"],
    "pregnant": ["/conditions/pregnancy-and-after-birth/"],
    "is it dangerous?": [OVERVIEW],
    "will it go away": [OVERVIEW],
    "what can I do tonight": [OVERVIEW],
    "how much does it cost": ["/guides/fees/"],
    "needle": ["/treatments/steroid-injection/"],
    "jab": ["/treatments/steroid-injection/"],
    "burn nerve": ["/treatments/radiofrequency-neurotomy/"],
    "MRI": ["/conditions/diagnosis/"],
    "warning signs": ["/conditions/symptoms/"],
    "numbness saddle": ["/conditions/symptoms/"],
    "physio": [CARE],
    "pelvic belt": [CARE],
    "painkillers": [MEDICINES],
    "smoking": [PREPARING],
    "what should I bring": ["/guides/your-first-appointment/"],
    "bone graft": ["/treatments/open-fusion/"],
    "privacy": ["/guides/privacy/"],
    "delete my data": ["/guides/privacy/"],
    "ozempic": [PREPARING],
    "fasting": [PREPARING],
    "nurofen": [MEDICINES],
    "panadol": [MEDICINES],
    "pilates": [CARE],
    "acupuncture": [CARE],
    "dva": ["/guides/fees/"],
    "workers comp": ["/guides/fees/"],
    "gap payment": ["/guides/fees/"],
    "breastfeeding": ["/conditions/pregnancy-and-after-birth/"],
    "what to wear": ["/guides/your-first-appointment/"],
    "wound care": ["/guides/anaesthetic-and-going-home/"],
    "cant wee": ["/conditions/symptoms/"],
    "does it work": [FUSION],
    "ankylosing spondylitis": ["/conditions/inflammatory-sacroiliitis/"],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_patients_words_lead_to_the_page_that_answers(query):
    answer = search(query, emergency_number="000")
    found = [page.address.partition("#")[0] for page in answer.found]
    assert found[: len(QUERIES[query])] == QUERIES[query]
    assert answer.has_all


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("krutches", "crutches"),
        ("fuson", "fusion"),
        ("sacroilliac", "sacroiliac"),
        ("anasthetic", "anaesthetic"),
        ("phisiotherapy", "physiotherapy"),
        ("cotrisone", "cortisone"),
        ("recovry after fusion", "recovery after fusion"),
        ("sacroilitis", "sacroiliitis"),
        ("exersize", "exercise"),
        ("cortizone", "cortisone"),
        ("fisio", "physio"),
        ("sacro iliac pain", "sacroiliac pain"),
        ("sacro illiac pain", "sacroiliac pain"),
        ("backpain", "back pain"),
        ("babby", "baby"),
        ("cost of opperation", "cost of operation"),
    ],
)
def test_a_slip_of_the_pen_is_searched_for_as_it_was_meant(typed, meant):
    answer = search(typed, emergency_number="000")
    assert (answer.suggestion, answer.typed) == (meant, typed)
    assert answer.found == search(meant, emergency_number="000").found


NOT_MENDED = [
    "cancel my operation",
    "cant wee",
    "pilates",
    "gap payment",
    "delete my data",
    "cancr",
    "botax",
    "zoloft",
    "lipitor",
    "deathbed",
    "lawyer",
    "weather",
]


@pytest.mark.parametrize("typed", NOT_MENDED)
def test_a_word_is_not_changed_into_another_one_that_alarms_or_says_something_else(typed):
    assert search(typed, emergency_number="000").typed == ""


def test_it_is_searched_as_typed_for_who_asks_for_it(client):
    html = client.get("/search/", {"q": "sacroilitis"}).content.decode()
    assert "We searched for <strong>sacroiliitis</strong> instead of “sacroilitis”." in html
    assert "?q=sacroilitis&amp;as=typed" in html
    html = client.get("/search/", {"q": "sacroilitis", "as": "typed"}).content.decode()
    assert "No page about “sacroilitis”" in html.replace("\n", " ")


@pytest.mark.parametrize("word", ["crutches", "zzzzqqqq", "xy", "12345", "pain"])
def test_nothing_is_suggested_for_a_known_word_or_for_nonsense(word):
    assert search(word, emergency_number="000").suggestion == ""


def test_red_flags_are_explained_and_lead_to_help():
    answer = search("cauda equina", emergency_number="000")
    assert answer.terms[0]["term"] == "Cauda equina"
    assert any("#when-to-get-help" in page.address for page in answer.found)


def test_a_slip_is_mended_in_less_than_50_ms():
    words = vocabulary(live_now())
    ten_times = processor_seconds(lambda: [mended("phisiotherapy", words) for _ in range(10)])
    assert ten_times / 10 < 0.05
