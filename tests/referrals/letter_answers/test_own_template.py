"""The letter that doctors download: one page, and read again when it comes back filled in."""

import re
from pathlib import Path

import pytest

from benchmarks import letter_template
from referrals.drawing.file_pages import answer_for
from referrals.inspecting.sniffing import RTF
from referrals.letter_answers.answers import LetterAnswers
from referrals.letter_answers.reading import read_letter

FOLDER = Path("static/downloads")
BLANK = FOLDER / "referral-letter.rtf"
LINES_ON_A4 = 62  # of a plain text, as word processors print it
NEXT_CELL = "\\pard\\intbl\\ql "
# In the order of the page: an address is the doctor's first, then the patient's.
FILLED = [
    ("Date of referral:", "20 November 2026"),
    ("To:", "Dr Ruth Other"),
    ("Name:", "Dr Ann Example"),
    ("Provider number:", "2426621B"),
    ("Practice:", "Sample Street Medical Centre"),
    ("Address:", "1 Sample Street, Exampleville NSW 2999"),
    ("Telephone:", "(02) 5550 1234"),
    ("Email:", "ann@sample.example"),
    ("Family name:", "Citizen"),
    ("Given names:", "Joan Mary"),
    ("Date of birth:", "31/01/1980"),
    ("Sex at birth:", "Female"),
    ("Address:", "7 Test Road, Exampleville NSW 2999"),
    ("Telephone:", "0491 570 156"),
    ("Medicare:", "3278 85119 5 / 2"),
    ("Warning signs:", "Progressive leg weakness since Monday"),
    ("Urgency:", "Urgent"),
    ("What is asked:", "An opinion on an injection."),
    ("Findings:", "No fever. Thigh thrust positive."),
    ("Signature:", "Electronically signed by Dr Ann Example"),
]
READ = {
    "referral_date": "2026-11-20",
    "name": "Dr Ann Example",
    "provider_number": "2426621B",
    "practice_name": "Sample Street Medical Centre",
    "phone": "(02) 5550 1234",
    "email": "ann@sample.example",
    "patient_family_name": "Citizen",
    "patient_given_names": "Joan Mary",
    "patient_birth_date": "1980-01-31",
    "sex_at_birth": "Female",
    "patient_address": "7 Test Road, Exampleville NSW 2999",
    "patient_phone": "0491 570 156",
    "medicare_number": "3278851195",
    "medicare_irn": "2",
}
# What a valid referral needs, and what whoever reads it needs (docs of the college of GPs).
NEEDED = """
    Date of referral|Name|Provider number|Practice|Address|Family name|Given names|Date of birth
    |Medicare|Warning signs|What is asked|History|Findings|Tried, with result|Medicines
    |Allergies, reactions|Imaging and tests|Signature
"""


def filled_in(rtf: str) -> bytes:
    at = 0
    for label, words in FILLED:
        label_at = rtf.index(f"{NEXT_CELL}{label}\\cell", at)
        at = rtf.index(NEXT_CELL, label_at + 1) + len(NEXT_CELL)
        rtf = rtf[:at] + words + rtf[at:]
    return rtf.encode("ascii")


@pytest.fixture(scope="module")
def returned() -> LetterAnswers:
    return read_letter(data=filled_in(BLANK.read_text(encoding="ascii")), content_type=RTF)


def printed_height(rtf: str) -> float:
    """In twips, rather too high: every sign as wide as half its height is much."""
    rows = sum(map(int, re.findall(r"\\trrh(\d+)", rtf)))
    beside = 0.0
    for line in rtf.splitlines():
        if line.startswith("\\pard") and line.endswith("\\par"):
            size = 10 * max(19, *map(int, re.findall(r"\\fs(\d+)", line)), 0)
            signs = len(re.sub(r"\\[a-z]+\d* ?", "", line))
            gaps = sum(map(int, re.findall(r"\\s[ab](\d+)", line)))
            beside += gaps + 1.2 * size * -(-signs * size // (2 * letter_template.RIGHT))
    return rows + beside


def test_the_files_are_those_that_are_made():
    assert BLANK.read_text(encoding="ascii") == letter_template.as_rtf()
    plain = (FOLDER / "referral-letter.txt").read_text(encoding="ascii")
    assert plain == letter_template.as_text()


def test_it_prints_on_one_page():
    rtf = BLANK.read_text(encoding="ascii")
    top, bottom = (int(re.findall(rf"\\marg{side}(\d+)", rtf)[0]) for side in "tb")
    assert 0.8 * (16838 - top - bottom) < printed_height(rtf) < 16838 - top - bottom


def test_our_own_drawing_of_it_is_one_page_too():
    told, _ = answer_for(RTF, BLANK.read_bytes())
    assert told == {"pages": 1, "notes": []}


def test_the_plain_text_is_one_page_of_short_lines():
    lines = (FOLDER / "referral-letter.txt").read_text(encoding="ascii").splitlines()
    assert len(lines) <= LINES_ON_A4
    assert max(map(len, lines)) <= letter_template.WIDTH


@pytest.mark.parametrize("name", ["referral-letter.rtf", "referral-letter.txt"])
@pytest.mark.parametrize("label", [one.strip() for one in NEEDED.split("|")])
def test_it_asks_for_all_that_a_referral_needs(name: str, label: str):
    assert f"{label}:" in (FOLDER / name).read_text(encoding="ascii")


def test_filled_in_it_answers_the_form(returned: LetterAnswers):
    assert {name: answer.value for name, answer in returned.answers.items()} == READ
    assert returned.letter_date == "2026-11-20"
    assert returned.addressed_to == "Dr Ruth Other"


def test_a_sign_and_a_hurry_written_into_it_are_seen(returned: LetterAnswers):
    assert set(returned.flags) == {"leg_weakness"}
    assert returned.urgency_words == ("Urgent",)


def test_its_own_words_are_no_sign_and_no_hurry():
    blank = read_letter(data=BLANK.read_bytes(), content_type=RTF)
    assert blank.state == "read"
    assert (blank.answers, blank.flags, blank.urgency_words) == ({}, {}, ())
