"""docs/security/asvs.md answers every requirement once, and each test it names exists."""

import csv
import re

import pytest

from tests.tables import ROOT, missing_tests, named_tests, rows_of

PAGE = (ROOT / "docs/security/asvs.md").read_text()
ROWS = [row for row in rows_of(PAGE) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]
AWAITED: set[str] = set()  # empty: nothing is awaited
STATES = {"holds", "holds with a limit", "does not apply"}
LATER = {
    "later: retention and erasure",
    "later: invitations, passkeys and a lost phone",
    "later: deployment",
}
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])


def required():
    """[(number, level)] of the standard."""
    lines = (ROOT / "tests/site/asvs-5.0.0.csv").read_text().splitlines()
    found = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [(line["number"], line["level"]) for line in found]


def test_each_requirement_stands_there_once_in_order_with_its_level():
    assert [(row[0], row[1]) for row in ROWS] == required()
    assert len(ROWS) > 200


@each_row
def test_each_row_says_what_is_asked_its_state_and_what_shows_it(row):
    assert len(row) == 5, row
    assert row[2]
    assert row[3] in STATES | LATER
    assert row[4]


@each_row
def test_what_holds_is_shown_by_a_test_or_a_document(row):
    """Other states give a reason in words."""
    awaited = re.findall(r"`awaits: (\w+)`", row[4])
    assert set(awaited) <= AWAITED
    if row[3] == "holds":
        page_or_file = re.search(r"\]\([\w./#-]+\)|`[\w/]+\.(?:py|toml)`|lint |`make ", row[4])
        assert named_tests(row[4]) or awaited or page_or_file
    else:
        assert len(re.sub(r"`[^`]*`", "", row[4]).split()) >= 3


def test_every_test_that_is_named_exists():
    assert missing_tests(PAGE) == []


def test_every_part_of_a_page_that_is_named_is_a_heading_there():
    for page, part in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", PAGE):
        text = (ROOT / "docs/security" / page).read_text()
        heads = [
            re.sub(r"[^\w -]", "", head.lower()) for head in re.findall(r"^#+ (.+)$", text, re.M)
        ]
        assert part in [head.replace(" ", "-") for head in heads], part


def test_nothing_is_said_to_fail():
    assert not re.search(r"\b(fails?|todo|tbd|unknown)\b", "\n".join(row[3] for row in ROWS))
