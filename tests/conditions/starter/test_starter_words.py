"""The words that ship: readable, linked, sourced, and honest about what is not yet reviewed."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conditions.blocks import BLOCK_OF_KIND
from conditions.models import SITE_PAGES, KeyFact, Page
from conditions.publishing.hints import BANNED
from conditions.publishing.readability import grade, longer_than, sentences, worst_of
from conditions.publishing.starter_files import STARTER_DIR, read_starter_file, rows_of

PASSAGES = {row["slug"]: row for row in rows_of("passages")}


def with_passages(page):
    """A page with the words of its passages where they stand; `name` is for staff alone."""
    blocks = [
        {**words_of_passage(block["passage"]), **block} if "passage" in block else block
        for block in page["blocks"]
    ]
    return {**page, "blocks": blocks}


def words_of_passage(slug):
    words = PASSAGES[slug]
    return {part: words[part] for part in ("level", "heading", "html") if part in words}


PAGES = {path.stem: with_passages(read_starter_file(path)) for path in STARTER_DIR.glob("*.toml")}
FOR_DOCTORS = {"guides-for-gps", "guides-physiotherapy-after-fusion"}
HARDEST = 8  # grade
LONG, LONGEST, SELDOM = 25, 35, 0.06  # words of a sentence; the part of them that may be longer
CITED = re.compile(r"\s*\[((?:R|NCT)\d+(?:, (?:R|NCT)\d+)*)\]")  # behind a claim: [R15, R129]
NOT_WORDS = {"kind", "level", "illustration", "link", "source", "purpose", "passage", "instructs"}
FOR_PATIENTS = sorted(set(PAGES) - FOR_DOCTORS)
FIXED = {"/", "/team/", "/glossary/", "/recovery/", "/contact/", "/refer/", "/styleguide/"}
FIXED |= {"/conditions/", "/treatments/", "/guides/", "/refer/paper/"}
FIXED |= {"/refer/referral-letter.rtf", "/refer/referral-letter.txt"}
SOURCES = {
    row["code"]: row
    for row in tomllib.loads((STARTER_DIR / "lists/sources.toml").read_text("utf-8"))["sources"]
}
SLUGS = {
    "conditions": "sacroiliac-joint-dysfunction causes symptoms diagnosis"
    " pregnancy-and-after-birth after-a-spinal-fusion inflammatory-sacroiliitis",
    "treatments": "non-surgical-care exercise-programme medicines steroid-injection"
    " radiofrequency-neurotomy minimally-invasive-fusion open-fusion compare"
    " if-fusion-does-not-work",
    "guides": "sacroiliac-joint-anatomy questions-people-ask preparing-for-surgery"
    " anaesthetic-and-going-home fusion-in-two-pages consent-talk"
    " recovery-after-fusion physiotherapy-after-fusion daily-life"
    " implants-and-scans your-first-appointment fees for-gps about-this-information privacy"
    " accessibility si-joint-pain-in-two-pages",
    "site": "home team glossary",
}


def body(page):
    """The page's words as one HTML fragment; each plain text is a paragraph of its own."""
    parts = []
    for block in page["blocks"]:
        for name, value in block.items():
            if name in NOT_WORDS:
                continue
            for text in str(value).splitlines() if name in {"lines", "rows"} else [str(value)]:
                parts.append(text if text.lstrip().startswith("<") else f"<p>{text}</p>")
    return CITED.sub("", "".join(parts)).replace("{emergency}", "000")


def cited_in_words(page):
    """The codes that stand behind claims in running text."""
    found = CITED.findall(str(page["blocks"]))
    return {code for codes in found for code in codes.split(", ")}


def links(page):
    return re.findall(r'href="([^"]+)"', body(page)) + [
        block["link"] for block in page["blocks"] if block.get("link")
    ]


def test_every_page_that_was_asked_for_is_there():
    wanted = {f"{section}-{slug}" for section, slugs in SLUGS.items() for slug in slugs.split()}
    assert set(PAGES) == wanted


@pytest.mark.parametrize("name", FOR_PATIENTS)
def test_a_patient_page_reads_at_grade_8_or_under(name):
    html = body(PAGES[name])
    assert grade(html) <= HARDEST, worst_of(sentences(html), 5)


@pytest.mark.parametrize("name", FOR_PATIENTS)
def test_a_long_sentence_is_seldom_on_a_patient_page(name):
    found = sentences(body(PAGES[name]))
    assert longer_than(LONGEST, found) == []
    assert len(longer_than(LONG, found)) <= max(2, SELDOM * len(found))


@pytest.mark.parametrize("name", FOR_PATIENTS)
def test_warnings_read_at_grade_6_or_under(name):
    cards = [block for block in PAGES[name]["blocks"] if block.get("level")]
    assert not cards or grade(body({"blocks": cards})) <= 6


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
    cited += cited_in_words(page)
    for code in cited:
        address = urlsplit(SOURCES[code]["url"])
        assert SOURCES[code]["citation"].strip()
        assert not SOURCES[code]["url"] or (address.scheme == "https" and "." in address.netloc)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_claim_cites_a_source_of_its_page(name):
    page = PAGES[name]
    figures = {b["source"] for b in page["blocks"] if "source" in b}
    assert figures | cited_in_words(page) <= set(page["sources"])


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


def too_long(model, data):
    """What PostgreSQL would refuse, and SQLite takes."""
    for field in model._meta.concrete_fields:
        words = data.get(field.name)
        if field.max_length and isinstance(words, str) and len(words) > field.max_length:
            yield f"{field.name} has {len(words)} of {field.max_length} signs: {words}"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_all_words_fit_into_their_fields(name):
    page = read_starter_file(STARTER_DIR / f"{name}.toml")
    found = [*too_long(Page, page)]
    for fact in page.get("key_facts", []):
        found += too_long(KeyFact, fact)
    for block in page["blocks"]:
        found += too_long(BLOCK_OF_KIND[block["kind"]], block)
    assert found == []
