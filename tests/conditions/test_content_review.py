"""Every number on a page stands in docs/content-review.md, with what it was checked against."""

import re
from pathlib import Path

import pytest

from conditions.readability import sentences
from tests.conditions.test_starter_words import PAGES, body

TABLE = Path(__file__).parents[2] / "docs" / "content-review.md"
ROW = re.compile(r"^\| (?P<page>[a-z-]+) \| (?P<quote>.+?) \| (?P<source>[^|]*) \|$", re.M)


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
    table = TABLE.read_text(encoding="utf-8").partition("\n## Numbers\n")[2]
    rows = ROW.finditer(table)
    return {row["quote"]: row["source"].strip() for row in rows if row["page"] == name}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_number_of_a_page_stands_in_the_table(name):
    missing = quoted_figures(PAGES[name]) - set(rows_of(name))
    assert not missing, "\n".join(f"| {name} | {quote} |  |" for quote in sorted(missing))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_table_quotes_nothing_that_the_page_no_longer_says(name):
    assert set(rows_of(name)) <= quoted_figures(PAGES[name])


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_row_names_what_it_was_checked_against(name):
    assert all(rows_of(name).values()), name
