"""Of the page that answers, a search quotes the passage that does, and leads to its heading."""

import pytest

from conditions.search.answering import A_FACT, fitness, is_beside, needs_heading
from conditions.search.find import search
from conditions.search.site.passages import Passage
from conditions.search.wording import bare, read_query
from referrals.files.size_limits import TAKEN_IN_WORDS

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

RING_TODAY = "Ring our rooms today if: "
QUOTED = {  # what somebody types, and words that the quote of the first page holds
    # signs after the operation: whom to ring, never a general page
    "tingling down leg after screws put in": f"{RING_TODAY}you have new pain, tingling, numbness",
    "numb toes 2 weeks after si op": f"{RING_TODAY}you have new pain, tingling, numbness",
    "can't feel my foot after fusion": f"{RING_TODAY}you have new pain, tingling, numbness",
    "pins and needles in toes since op": f"{RING_TODAY}you have new pain, tingling, numbness",
    "post op fever paracetamol ok?": "Call 000 or go to an emergency department now if: ",
    "numb leg pregnant": "Call 000 or go to an emergency department now if: a leg",
    "breastfeeding and endone after surgery": "We cannot tell you here which tablets",
    "leg swelling 10 days post op": f"{RING_TODAY}your calf is swollen or sore",
    "wound gone yellow and sticky": f"{RING_TODAY}the wound is red, warm, swollen or open",
    "swelling around the cut normal": f"{RING_TODAY}the wound is red, warm, swollen or open",
    "hip clicks since op": "or you worry about an implant",
    "pain worse at night after fusion": f"{RING_TODAY}your pain gets worse",
    "patient with foot drop after si fusion": "ring us the same day",
    # after an injection, and after a birth
    "leg numb 3 days after injection": "today if: your leg has new tingling",
    "fever after cortisone injection": "today if: you have chills or a fever",
    "calf sore 3 weeks after having baby": "Ring your maternity unit now if: your calf",
    "pregnancy after si fusion caesar or natural": "the maker warns",
    "can i have another baby with si joint problem": "It is more likely after earlier",
    # life after fusion
    "can i have sex yet": "4 to 6 weeks, when walking is easy",
    "how long before i can swim after fusion": "swimming (not breaststroke) at 6 weeks",
    "driving ute after op": "off crutches and strong painkillers",
    "crutches or walking frame after si joint fusion": "4 to 6 weeks, with part of your weight",
    "how many nights in hospital": "the same day or after 1 night",
    "how do i know its fused": "bone on a scan does not prove",
    "still taking endone week 3": "If you still need them after two weeks, please ring us",
    # an injection
    "scared of needles can i be put to sleep for injection": "You are awake",
    "scared of the anaesthetic": "Say so before the day",
    "neurofen with blood thinner": "Do not start an anti-inflammatory",
    "mum is 82 and fell and now her groin hurts": "after any fall you have severe pain",
    "dual comparative blocks": "The test can be wrong both ways",
    "is ankylosing spondilitis inherited": "20 of 100 if a close relative has it",
    "minimal clinically important difference vas": "a fall of 10 to 20 points",
    "does cortisone in the si joint hurt + can i drive home after": "Somebody else drives you home",
    "steriod injecton side effects diabetic": "high blood sugar for some days",
    # words of doctors and physiotherapists
    "innervation of SIJ": "They come from the lowest back bone (L5)",
    "L5 nerve root S1 foramen malposition": "in a poor place or against a nerve",
    "lateral vs posterior approach si fusion": "from behind with donated bone",
    "glute med strengthening week 6": "bridges, clams, sit-to-stand",
    "rheumatologist vs orthopaedic sacroiliitis": "then a rheumatologist",
    # before the operation
    "osteoporosis and screws in bone": "Thin, weak bones (osteoporosis)",
    "humira before surgery": "Some biologics are paused",
    "sore throat and surgery tomorrow": "a cold or cough",
    "mri with metal rods in back": "MR conditional",
    "do we have to pay the excess bupa": "Your health fund",
    "how much money see doctor": "What is the fee",
    # the section whose words answer, not the top of the page
    "what do i bring first visit": "Referral, cards, scans",
    "med cert": "writes a medical certificate",
    "provocation tests how many positive": "three of five",
    "diagnostic block 75% relief meaning": "at least half of the pain to go",
    "mri normal still in agony": "does not make your pain less real",
    "pain diary after injection": "your scores from this time",
    "cortisone didnt work now what": "If nothing changed, we look again",
    "rhizotomy how long till it works": "Up to two weeks",
    "lateral branch block before RFN": "a numbing test injection has clearly helped",
    "glute bridge hurts should i stop": "go back one step for 3 days",
    "clamshells how many reps": "Clam: 2 rounds of 10",
    "chiro adjustment safe": "Do not have forceful hands-on care",
    "endone run out": "please ring us",
    "what is ifuse": "made of titanium and have a triangle shape",
    "both sides at once?": "in one operation or in two",
    "nerve damage chance": "2 an implant that pressed on a nerve",
    "who should NOT have fusion": "need careful thought first",
    "am i a candidate": "It makes sense when six months",
    "when do bones actually fuse": "Takes months or years",
    "implant card lost": "you can have a copy",
    "ct after fusion what looking for": "whether bone has grown across",
    "natural birth after si fusion": "the maker warns",
    "relaxin hormone": "Relaxin, a hormone that loosens ligaments",
    "pain after baby 9 months still": "Still sore after six weeks?",
    "sleep position after si surgery": "from which night, and on which side",
    # the end of a rule is quoted too
    "stop xarelto b4 surgery": "Never stop one by yourself",
    "ozempic before op": "not to stop it just for an operation",
    "when can i drive": "Your surgeon has to agree",
    # an operated wound that is hot
    "wound red hot": RING_TODAY,
}


def quote(query):
    return "".join(words for words, _ in search(query, emergency_number="000").found[0].quote)


@pytest.mark.parametrize("query", QUOTED)
def test_the_passage_that_answers_is_quoted(query):
    assert QUOTED[query] in quote(query)


def test_a_quote_begins_with_a_sentence():
    shown = quote("will I set off the airport scanner")
    assert shown.removeprefix("… ").startswith(("Most people have three", "At an airport"))
    assert "At an airport" in shown


def test_no_title_of_a_paper_and_no_line_to_fill_in_is_quoted():
    assert "Journal" not in quote("had L4 L5 S1 fused 2019 now pain below it")
    assert "____" not in quote("when can i lift after my op")


def test_cant_is_not_can():
    assert bare("can't pee") == bare("can’t pee") == "cant pee"


def test_words_written_short_are_read_in_full():
    assert read_query("hurts at nite").words == ("hurts", "night")


def test_the_files_of_a_referral_are_told_as_the_form_tells_them(client):
    html = client.get("/search/", {"q": "upload imaging report size limit"}).content.decode()
    assert TAKEN_IN_WORDS in html


@pytest.mark.parametrize("asks_number", [True, False])
def test_a_line_of_key_facts_gives_way_to_a_passage_unless_a_number_is_asked_for(asks_number):
    fact = Passage("Main risks: infection", is_key=True)
    assert fitness(fact, asks_number=asks_number) == (1 if asks_number else A_FACT)
    assert fitness(Passage("You may get an infection."), asks_number=asks_number) == 1


LONG = "which is long enough to be quoted by itself, without its heading"


@pytest.mark.parametrize(
    ("text", "under", "section", "needs"),
    [
        (f"It is in Panadeine, {LONG}.", "Codeine", "One by one", True),
        (f"Harm: drowsiness, {LONG}.", "Lyrica", "One by one", True),
        (f"It takes about an hour, {LONG}.", "Step by step", "Step by step", False),
        (f"Stairs: one at a time, {LONG}.", "Stairs", "At home", False),
    ],
)
def test_what_points_back_is_quoted_with_what_it_points_to(text, under, section, needs):
    passage = Passage(text, under=under, section=section)
    assert needs_heading(passage) is needs


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("For a few it lasts for years. The picture counts only those.", True),
        ("The first chart is from the American trial.", True),
        ("This drawing shows a pelvis.", True),
        ("A picture of the joint is taken.", False),
    ],
)
def test_words_about_a_picture_nobody_sees_seldom_answer(text, beside):
    assert is_beside(Passage(text)) is beside
