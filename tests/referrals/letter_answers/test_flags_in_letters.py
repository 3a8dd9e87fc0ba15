"""Red flags and words of urgency in a letter; denied ones are none."""

import pytest

from referrals.letter_answers.flags import FLAGS
from referrals.urgency import RED_FLAGS
from tests.referrals.letter_answers.drawn import read_lines


def flags(sentence: str) -> set[str]:
    return set(
        read_lines(
            "Re: Mr John CITIZEN, DOB 01/02/1960", "Thank you for seeing John.", sentence
        ).flags
    )


def test_there_are_words_for_each_flag_of_the_form():
    assert set(FLAGS) == {code for code, _ in RED_FLAGS} - {"none"}


SAID = {
    "He has new urinary retention since Monday.": "cauda_equina",
    "There is saddle anaesthesia and constipation.": "cauda_equina",
    "On examination: reduced anal tone.": "cauda_equina",
    "The leg weakness is getting worse.": "leg_weakness",
    "She has a progressive foot drop: progressive motor deficit.": "leg_weakness",
    "He has developed a right foot drop which is getting worse.": "leg_weakness",
    "Over the past month his leg weakness has been getting progressively worse.": "leg_weakness",
    "Weakness in the left foot has progressed over two weeks.": "leg_weakness",
    "Her legs are getting weaker.": "leg_weakness",
    "Fevers to 39 degrees for three days.": "infection",
    "MRI suggests septic arthritis of the left sacroiliac joint.": "infection",
    "He fell from a ladder last week.": "trauma",
    "She cannot weight bear after a fall.": "trauma",
    "CT shows a lytic lesion in the sacrum.": "cancer",
    "No fever, but he now has urinary retention.": "cauda_equina",
}


@pytest.mark.parametrize("sentence", SAID)
def test_a_sign_that_is_said_is_found(sentence):
    assert flags(sentence) == {SAID[sentence]}


DENIED = [
    "Urinary urgency only when anxious, and there is no cauda equina syndrome.",
    "Her foot drop is stable and the pain is worse.",
    "His leg weakness is not getting worse.",
    "MRI shows a sacral insufficiency fracture.",
    "Past history: worsening leg weakness.",
    "No saddle anaesthesia, bladder or bowel disturbance.",
    "He denies fever, night sweats and weight loss.",
    "Saddle anaesthesia: nil.",
    "Cauda equina symptoms: denied.",
    "Bladder/bowel dysfunction - no",
    "Saddle anaesthesia? No.",
    "There was never any progressive leg weakness.",
    "MRI excluded osteomyelitis.",
    "No evidence of malignancy or fracture.",
    "She was told to return if there is urinary retention or saddle numbness.",
    "Past history: lymphoma in 1998.",
    "Her mother had metastatic breast cancer.",
    "?cauda equina",
    "☐ Saddle anaesthesia ☐ Fever",
    "[ ] Saddle anaesthesia",
]


@pytest.mark.parametrize("sentence", DENIED)
def test_a_sign_that_is_denied_or_doubtful_is_none(sentence):
    assert flags(sentence) == set()


def test_the_words_around_a_sign_are_shown():
    read = read_lines("Re: Mr John CITIZEN, DOB 01/02/1960", "There is new urinary retention.")
    assert read.flags == {"cauda_equina": "There is new urinary retention."}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Please see him urgently.", ("urgently",)),
        ("Could you see her within the next 2 weeks?", ("within the next 2 weeks",)),
        ("This is not urgent.", ()),
        ("Non-urgent referral.", ()),
    ],
)
def test_words_of_urgency_are_found_as_they_stand(sentence, words):
    read = read_lines("Re: Mr John CITIZEN, DOB 01/02/1960", "Thank you for seeing John.", sentence)
    assert read.urgency_words == words
