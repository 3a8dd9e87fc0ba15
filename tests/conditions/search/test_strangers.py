"""Searches that strangers typed in vain find their cards, and what only looks alike does not."""

import pytest

from clinic_site.models import Clinic
from conditions.search.direct import RING_OR_WRITE, direct_answers, words_asked
from conditions.search.kinds import NUMBERS_MEANT
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db

ALARM = "This can be an emergency: call 000"
SEEN_TODAY = "A swollen or sore calf: somebody must look at it today"
BRAND = "No page here is about this brand of implant"
# By the heading of a card, what asks for it, and what looks like it.
KINDS = {
    ALARM: (
        ["foot has gone cold and blue", "leg suddenly pale", "saddle", "numb after cycling saddle"],
        ["cold feet at night", "ice pack made my foot white", "which saddle is best"],
    ),
    SEEN_TODAY: (
        ["my leg has gone blue and swollen", "one leg twice the size of the other", "purple toes"],
        ["one leg longer than the other", "leg bruised blue after surgery", "swollen knee"],
    ),
    "A bicycle seat or a saddle": (
        ["cycling saddle hurt", "horse riding saddle sore", "which saddle is best"],
        ["saddle anaesthesia", "numb after cycling saddle"],
    ),
    "A click, clunk or pop": (
        ["hip cracking when i walk"],
        ["chiropracter cracking my SI joint", "osteopath cracking my hips"],
    ),
    "Stimulators that are meant to help bone heal": (
        ["bone stimulator", "bone growth stimulator after fusion"],
        ["spinal cord stimulator", "stimulator", "muscle stimulator"],
    ),
    "A parking permit": (
        ["disability parking permit", "blue badge", "disabled sticker for car"],
        ["where is disabled parking", "resident parking permit"],
    ),
    "Age and the operation": (
        ["is it worth having surgery at 78", "am i too young for surgery", "fusion in your 50s"],
        ["fusion at 24 weeks", "can i drive at 80", "mum 82 confused after op"],
    ),
    "Getting in": (
        ["is there a lift, I'm in a wheelchair", "are there stairs", "can i get in with my frame"],
        ["will i end up in a wheelchair", "how many steps a day", "wheelchair hire"],
    ),
    "A guide dog or assistance dog": (
        ["guide dog", "can i bring my service dog", "are dogs allowed"],
        ["walking the dog after surgery", "do you treat dogs"],
    ),
    "Bills and receipts": (
        ["invoice lost need receipt for medicare", "duplicate of my bill", "refund of deposit"],
        ["do i get money back from medicare", "lost my receipt for the referral"],
    ),
    "Your scans and films back": (
        ["get my scans back on disc", "return of my MRI films", "post my xrays back"],
        ["back scan results", "mri of my back", "return to work after my scan"],
    ),
    "Item numbers of Medicare": (
        ["item 39013", "mbs 63512", "what does 39323 cost"],
        ["items 965 and 967", "2000 patients study"],
    ),
    "The numbers of a doctor or surgeon": (
        ["provider number of dr lee", "prescriber number dr lee", "dr lee provider no"],
        ["which provider number do i put on the referral", "provider number"],
    ),
    BRAND: (
        ["ifuse vs rialto", "ifuse torq", "si-lok", "cornerloc"],
        ["what is ifuse", "mri with rialto"],
    ),
    "Hands-on care after a fusion": (
        ["chiropractor after fusion", "can my patient be manipulated after SIJ screws"],
        ["chiropractor before surgery", "adjusting to life after fusion", "scar massage after op"],
    ),
    "Somebody else asks about you": (
        ["my employer wants to talk to the doctor", "can my wife get my results"],
        ["what do i tell my boss", "my boss wants a letter", "can i talk to the doctor"],
    ),
    "A place to stay near the hospital": (
        ["accommodation near hospital", "where can my family stay", "overnight stay from bathurst"],
        ["how long do i stay in hospital", "stay close to home after surgery"],
    ),
    "Somebody to stay with you in hospital": (
        ["can my husband stay overnight in hospital"],
        ["does someone have to stay with me at home"],
    ),
    "When the pain wears you down": (
        ["down in the dumps", "depressed since the injury", "this pain makes me cry"],
        ["feeling goes down my leg", "pain getting me down the stairs", "depression tablets"],
    ),
    "A psychologist or counsellor": (
        ["counselling", "do you have a psychologist"],
        ["psychologist report for workcover"],
    ),
    "Sport with this pain": (
        ["squats and deadlifts at the gym", "spin class", "crossfit"],
        ["squats after fusion", "gym membership freeze letter", "my head spins"],
    ),
    "Stress and this pain": (
        ["can stress make it worse", "is my pain from stress"],
        ["stress fracture", "stress test heart"],
    ),
    "A robot in the operation": (
        ["robot surgery", "do you use a robot"],
        ["robot lawn mower after surgery"],
    ),
    "We treat people": (
        ["do you treat dogs", "horse with sacroiliac problem"],
        ["fell off my horse", "dog jumped on me and my back hurts", "can i lift my dog"],
    ),
    "No page here is about eyes or glasses": (
        ["eye test"],
        ["red eye and back pain", "can i wear glasses in surgery"],
    ),
}


@pytest.fixture
def clinic():
    make_clinic()
    return Clinic.with_rooms()


def headings(query, clinic):
    return [answer.heading for answer in direct_answers(query, clinic)]


@pytest.mark.parametrize("card", KINDS)
def test_each_kind_finds_its_card_in_whatever_words(clinic, card):
    asked, _ = KINDS[card]
    first = {query: headings(query, clinic)[:1] for query in asked}
    assert first == {query: [card] for query in asked}


@pytest.mark.parametrize("card", KINDS)
def test_what_only_looks_like_a_kind_does_not_find_its_card(clinic, card):
    _, alike = KINDS[card]
    assert [query for query in alike if card in headings(query, clinic)] == []


def test_ringing_us_comes_last_as_it_fits_all(clinic):
    for query in ["my employer wants to talk to the doctor", "repeat script for endone"]:
        assert headings(query, clinic).index(RING_OR_WRITE) == 1, query


def test_to_change_an_appointment_online_is_no_visit_by_video(clinic):
    assert headings("can I change my appointment online", clinic) == [
        "Make, move or cancel an appointment"
    ]
    assert headings("online appointment", clinic) == ["A visit by video or telephone"]


def test_what_we_may_tell_others_stands_beside_the_form(clinic):
    (answer, *_) = direct_answers("will you tell my employer", clinic)
    assert answer.address == "/contact/#privacy-heading"


def test_whoever_asks_for_an_animal_is_shown_no_page(clinic):
    (answer,) = direct_answers("my horse is lame", clinic)
    assert answer.alone


def test_no_slip_is_mended_into_a_word_that_stands_for_numbers():
    assert not words_asked() & NUMBERS_MEANT
