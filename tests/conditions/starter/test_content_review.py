"""Every number on a page stands in its file of docs/content-review, with what was checked.

So does every fact of the two first texts, with the words that tell it to the reader.
"""

import re
from html import unescape
from pathlib import Path

import pytest
from django.utils.html import strip_tags

from conditions.publishing.readability import sentences
from tests.conditions.starter.test_starter_words import PAGES, body

TABLE = Path(__file__).parents[3] / "docs" / "content-review.md"
BEHIND = TABLE.with_suffix("")  # a file for each page
ROW = re.compile(r"^\| (?P<quote>.+?) \| (?P<source>[^|]*) \|$", re.M)


def quoted_figures(page):
    """What a reader sees of numbers: each risk figure, and each sentence with a digit."""
    found = []
    for block in page["blocks"]:
        if block["kind"] == "risk_figure":
            words = "{numerator} out of {denominator} {group} {outcome} ({time_frame})"
            found.append(words.format(**block))
        else:
            texts = sentences(body({"blocks": [block]}))
            found += [text for text in texts if re.search(r"\d", text.replace("000", ""))]
    facts = [f"{fact['label']}: {fact['value']}" for fact in page.get("key_facts", [])]
    found += [fact for fact in facts if re.search(r"\d", fact)]
    return {" ".join(text.replace("|", "/").split()) for text in found}


def rows_of(name):
    rows = ROW.finditer(table_of(name, "Numbers"))
    return {row["quote"]: row["source"].strip() for row in rows}


def table_of(name, heading):
    """The rows under a heading of the page's file, without its head."""
    path = BEHIND / f"{name}.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].partition("|---|---|\n")[2]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_number_of_a_page_stands_in_the_table(name):
    missing = quoted_figures(PAGES[name]) - set(rows_of(name))
    assert not missing, "\n".join(f"| {quote} |  |" for quote in sorted(missing))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_table_quotes_nothing_that_the_page_no_longer_says(name):
    assert set(rows_of(name)) <= quoted_figures(PAGES[name])


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_row_names_what_it_was_checked_against(name):
    assert all(rows_of(name).values()), name


SEED_ROW = re.compile(r"^\| (?P<facts>[A-Z0-9., ]+) \| (?P<words>.+) \|$", re.M)
# The facts of the 2 first texts, without H30, which is left out on purpose.
SEED_FACTS = (
    "0.1 0.2 0.5 0.6 0.7 0.8 0.13 A1 A2 A3 A4 A28 DG3 B10 B11 B12 B13 B14 B15 B16 B20 D1 D2 D30 "
    "D40 E1 E2 E30 E38 E60 E61 F1 F20 F22 F23 F24 F25 F26 F27 F30 F32 G1 G2 G17 H1 H2 H3 H4 H5 H6"
)


def seed_rows():
    return [
        (facts, name, words)
        for name in sorted(PAGES)
        for facts, words in SEED_ROW.findall(table_of(name, "First texts"))
    ]


def words_on(name):
    return " ".join(unescape(strip_tags(body(PAGES[name]).replace("<", " <"))).split())


def test_every_fact_of_the_first_texts_has_a_place():
    told = {fact for facts, _, _ in seed_rows() for fact in facts.split(", ")}
    assert set(SEED_FACTS.split()) <= told


@pytest.mark.parametrize(("facts", "name", "words"), seed_rows())
def test_the_words_of_a_first_text_stand_on_the_page(facts, name, words):
    assert words in words_on(name), facts
