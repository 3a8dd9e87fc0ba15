"""A fact that was found wrong does not come back: not on a page, in a picture, list or letter."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.utils.html import strip_tags

from conditions.blocks.evidence_chart import read_row
from conditions.publishing.starter_files import STARTER_DIR
from tests.conditions.starter.test_content_review import TABLE, quoted_figures, words_on
from tests.conditions.starter.test_starter_words import PAGES

ROOT = Path(__file__).parents[3]
FEW = 30  # people in a group; fewer are counted as they are, not out of 100
REVIEW = {f"F{number}" for number in range(1, 21)}
# The three trials in the second evidence pack: people, difference and 95 % range.
BLINDED = "R136"
TRIALS = {BLINDED: (32, 31, 10, -3, 22), "R129": (102, 46, 38.3, 29, 47)}
TRIALS |= {"R131": (52, 51, 38.1, 28, 48)}


def rows():
    """Review, page, new words and patterns of each row of the corrections."""
    text = (
        TABLE.read_text(encoding="utf-8").partition("\n## Corrections\n")[2].partition("\n## ")[0]
    )
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    whole = [row + [""] * (7 - len(row)) for row in cells[1:]]
    return [(row[0], row[3], row[4], re.findall("`([^`]+)`", unescape(row[6]))) for row in whole]


def patterns():
    return [pattern for *_, found in rows() for pattern in found]


@cache
def all_told():
    return list(told())


def told():
    """Each text that somebody reads, by where it stands."""
    for name in PAGES:
        facts = [f"{fact['label']}: {fact['value']}" for fact in PAGES[name].get("key_facts", [])]
        options = [str(v) for block in PAGES[name]["blocks"] for v in block.values()]
        words = [PAGES[name]["title"], PAGES[name]["lead"], words_on(name), *facts, *options]
        yield name, " ".join([*words, *quoted_figures(PAGES[name])])
    for path in [STARTER_DIR / "lists/glossary.toml", STARTER_DIR / "lists/synonyms.toml"]:
        yield path.name, path.read_text(encoding="utf-8")
    for path in [
        *(ROOT / "static/illustrations").glob("*.svg"),
        *(ROOT / "templates").rglob("*.*"),
    ]:
        yield (
            path.name,
            strip_tags(re.sub("<style>.*?</style>", "", path.read_text("utf-8"), flags=re.S)),
        )
    for path in (ROOT / "static/downloads").glob("*"):
        yield path.name, path.read_text(encoding="latin-1")


def test_every_point_of_the_review_has_its_row():
    assert {review for review, *_ in rows()} >= REVIEW


@pytest.mark.parametrize("pattern", patterns())
def test_what_was_wrong_does_not_come_back(pattern):
    wrong = re.compile(pattern, re.IGNORECASE)
    assert [name for name, words in all_told() if wrong.search(words)] == []


@pytest.mark.parametrize(("review", "page", "words"), [row[:3] for row in rows()])
def test_the_new_words_stand_on_their_page(review, page, words):
    assert words in words_on(page), review


def test_a_small_group_is_counted_as_it_is():
    for name, page in PAGES.items():
        for block in page["blocks"]:
            if block["kind"] == "risk_figure" and block["source"] in {
                "R100",
                "R104",
                "R178",
                "R81",
            }:
                assert block["denominator"] < FEW, (name, block)


def test_bone_on_the_implants_never_stands_without_bone_across_the_joint():
    for name, page in PAGES.items():
        figures = [b for b in page["blocks"] if b["kind"] == "risk_figure"]
        shown = [(b["numerator"], b["source"]) for b in figures]
        if (97, "R47") in shown:
            assert shown[shown.index((97, "R47")) + 1] == (25, "R160"), name
            assert all("159 people" in b["time_frame"] for b in figures if b["source"] == "R160")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_second_operation_is_counted_within_a_time(name):
    figures = [b for b in PAGES[name]["blocks"] if b["kind"] == "risk_figure"]
    for block in figures:
        if "another operation" in block["outcome"]:
            assert re.match(r"within \d years", block["time_frame"])


def charted():
    """Trials that a page compares, by their source."""
    charts = [b for page in PAGES.values() for b in page["blocks"] if b["kind"] == "evidence_chart"]
    rows = [read_row(line) for chart in charts for line in chart["rows"].strip().splitlines()]
    return [(row.cited.strip("[]"), row) for row in rows]


@pytest.mark.parametrize("source", TRIALS)
def test_a_chart_draws_what_the_trials_found(source):
    drawn = [row for cited, row in charted() if cited == source]
    assert drawn
    for row in drawn:
        found = (row.treated, row.compared, row.difference, row.low, row.high)
        assert found == TRIALS[source]
        assert (row.is_blinded, row.is_published) == (source == BLINDED, source == BLINDED)
        assert ("maker" in row.paid) == (source != BLINDED)
