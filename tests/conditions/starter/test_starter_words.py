"""The words that ship: readable, linked, sourced, and honest about what is not yet reviewed."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conditions.models import SITE_PAGES
from conditions.publishing.hints import BANNED
from conditions.publishing.readability import LONG, grade, longer_than, sentences, worst_of
from conditions.publishing.starter_files import STARTER_DIR, read_starter_file

PAGES = {path.stem: read_starter_file(path) for path in STARTER_DIR.glob("*.toml")}
FOR_DOCTORS = {"guides-for-gps"}
FOR_PATIENTS = sorted(set(PAGES) - FOR_DOCTORS)
FIXED = {"/", "/team/", "/glossary/", "/recovery/", "/contact/", "/refer/", "/styleguide/"}
FIXED |= {"/conditions/", "/treatments/", "/guides/", "/refer/paper/"}
SOURCES = {
    row["code"]: row
    for row in tomllib.loads((STARTER_DIR / "lists/sources.toml").read_text("utf-8"))["sources"]
}
SLUGS = {
    "conditions": "sacroiliac-joint-dysfunction causes symptoms diagnosis",
    "treatments": "non-surgical-care steroid-injection radiofrequency-neurotomy"
    " minimally-invasive-fusion open-fusion compare",
    "guides": "sacroiliac-joint-anatomy preparing-for-surgery recovery-after-fusion"
    " your-first-appointment fees for-gps about-this-information privacy accessibility",
    "site": "home team glossary",
}


def body(page):
    """The page's words as one HTML fragment; each plain text is a paragraph of its own."""
    parts = []
    for block in page["blocks"]:
        for name, value in block.items():
            if name in {"kind", "level", "illustration", "link", "source", "purpose"}:
                continue
            for text in str(value).splitlines() if name == "lines" else [str(value)]:
                parts.append(text if text.lstrip().startswith("<") else f"<p>{text}</p>")
    return "".join(parts).replace("{emergency}", "000")


def links(page):
    return re.findall(r'href="([^"]+)"', body(page)) + [
        block["link"] for block in page["blocks"] if block.get("link")
    ]


def test_every_page_that_was_asked_for_is_there():
    wanted = {f"{section}-{slug}" for section, slugs in SLUGS.items() for slug in slugs.split()}
    assert set(PAGES) == wanted


@pytest.mark.parametrize("name", FOR_PATIENTS)
def test_a_patient_page_reads_at_grade_7_or_under(name):
    html = body(PAGES[name])
    assert grade(html) <= 7, worst_of(sentences(html), 5)


@pytest.mark.parametrize("name", FOR_PATIENTS)
def test_a_patient_page_has_no_sentence_over_20_words(name):
    assert longer_than(LONG, sentences(body(PAGES[name]))) == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_promises(name):
    page = PAGES[name]
    words = " ".join([page["title"], page["lead"], body(page)])
    assert not BANNED.findall(words)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_links_lead_somewhere(name):
    addresses = {f"/{page['section']}/{page['slug']}/" for page in PAGES.values()}
    for link in links(PAGES[name]):
        path = urlsplit(link).path
        if link.startswith("/static/"):
            assert (Path("static") / path.removeprefix("/static/")).exists(), link
        elif link.startswith("/"):
            assert path in addresses | FIXED, link
        elif not link.startswith("#"):
            assert urlsplit(link).scheme in {"https", "mailto", "tel"}, link


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_source_is_known_and_well_formed(name):
    page = PAGES[name]
    cited = [*page["sources"], *[b["source"] for b in page["blocks"] if "source" in b]]
    for code in cited:
        address = urlsplit(SOURCES[code]["url"])
        assert SOURCES[code]["citation"].strip()
        assert not SOURCES[code]["url"] or (address.scheme == "https" and "." in address.netloc)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_figure_cites_a_source_of_its_page(name):
    page = PAGES[name]
    assert {b["source"] for b in page["blocks"] if "source" in b} <= set(page["sources"])


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_emergency_number_is_the_clinics_own(name):
    assert not re.search(r"\b000\b", str(PAGES[name]))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_telephone_number_stands_in_a_text(name):
    assert "507-538" not in str(PAGES[name])
    assert not re.search(r"\(0\d\) \d{4}", str(PAGES[name]))


def test_the_pages_of_the_site_are_the_ones_it_knows():
    assert {page["slug"] for page in PAGES.values() if page["section"] == "site"} == set(SITE_PAGES)


def test_there_are_at_most_two_warning_cards_on_a_page():
    for name, page in PAGES.items():
        cards = [b for b in page["blocks"] if b.get("level") in {"emergency", "urgent"}]
        assert len(cards) <= 2, name
