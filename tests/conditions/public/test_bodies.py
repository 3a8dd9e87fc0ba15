"""Payload to body."""

import pytest

from conditions.payloads import UnknownPayload
from conditions.prepared.bodies import render_body
from conditions.rendering import number_headings

PROSE = {"format": 1, "blocks": [{"kind": "prose", "html": "<p>Hi</p>"}]}


def test_an_unknown_format_is_refused():
    with pytest.raises(UnknownPayload, match="99"):
        render_body({"format": 99, "blocks": []}, emergency_number="000")


def test_an_unknown_kind_of_block_is_refused():
    with pytest.raises(UnknownPayload, match="carousel"):
        render_body({"format": 1, "blocks": [{"kind": "carousel"}]}, emergency_number="000")


def test_headings_with_the_same_words_get_different_ids():
    body = number_headings("<h2>Risks</h2><h2>Risks</h2>")
    assert [key for key, _ in body.contents] == ["risks", "risks-2"]


def test_an_emergency_number_cannot_bring_markup():
    payload = {"format": 1, "blocks": [{"kind": "prose", "html": "<p>{emergency}</p>"}]}
    assert "&lt;b&gt;" in render_body(payload, emergency_number="<b>").html


def test_a_heading_outside_prose_is_escaped():
    step = {"kind": "step", "heading": "<i>x</i>", "html": ""}
    html = render_body({"format": 1, "blocks": [step]}, emergency_number="000").html
    assert "&lt;i&gt;x" in html


def test_the_first_picture_is_loaded_at_once_and_the_others_when_needed():
    figure = {
        "kind": "figure",
        "picture": {"illustration": "pain-map", "width": 8, "height": 9},
        "alt": "A map.",
        "long_description": "It shows.",
        "caption": "",
    }
    html = render_body({"format": 1, "blocks": [figure, figure]}, emergency_number="000").html
    assert html.count('width="8" height="9"') == 2
    assert html.index('fetchpriority="high"') < html.index('loading="lazy"')


def test_a_picture_behind_a_step_folds_into_it_and_the_count_goes_on():
    step = {"kind": "step", "heading": "A cut", "html": ""}
    figure = {"kind": "figure", "picture": None, "alt": "", "long_description": "It shows."}
    blocks = [step, {**figure, "caption": "Where the cut is"}, step]
    html = render_body({"format": 1, "blocks": blocks}, emergency_number="000").html
    assert html.count("<ol") == 1
    assert "<summary>Picture: Where the cut is</summary>" in html
    assert html.index("It shows.") < html.rindex("A cut")


def test_an_emergency_can_be_called_from_its_card():
    card = {"kind": "care_card", "level": "emergency", "heading": "Call {emergency} if:"}
    payload = {"format": 1, "blocks": [{**card, "html": "<p>it is bad</p>"}]}
    html = render_body(payload, emergency_number="112").html
    assert 'href="tel:112"' in html
    assert "Call 112</a>" in html


def test_an_explained_word_stays_beside_its_signs():
    term = {"term": "ilium", "definition": "A bone."}
    block = {"kind": "prose", "html": "<p>The wing bone (ilium), and so on.</p>"}
    payload = {"format": 1, "blocks": [block], "glossary": [term]}
    html = render_body(payload, emergency_number="000").html
    assert '<span class="term">(<button' in html
    assert "ilium</button>),</span> and so on." in html


def test_what_words_mean_stands_after_the_text():
    terms = [{"term": "ilium", "definition": "A bone."}, {"term": "sacrum", "definition": "More."}]
    block = {"kind": "prose", "html": "<p>From ilium to sacrum, said once.</p>"}
    payload = {"format": 1, "blocks": [block], "glossary": terms}
    html = render_body(payload, emergency_number="000").html
    assert html.index("said once.") < html.index('id="term-ilium"') < html.index('id="term-sacrum"')
    assert html.count("popovertarget") == html.count(" popover>") == 2


FOLDS = "".join(
    f'<details class="layer"><summary><h3>{words}</h3></summary><div class="prose"><p>x</p></div>'
    "</details>"
    for words in ["The letter", "How to <i>send</i> it"]
)


def test_a_page_that_is_mostly_folded_lists_its_folds_by_an_id_within_them():
    body = number_headings(f"<h2>At a glance</h2>{FOLDS}")
    listed = [("at-a-glance", "At a glance"), ("more-the-letter", "The letter")]
    assert body.contents == [*listed, ("more-how-to-send-it", "How to send it")]
    assert '</summary><div class="prose" id="more-the-letter">' in body.html


def test_where_headings_lead_through_a_page_its_folds_are_not_listed():
    headings = "<h2>One</h2><h2>Two</h2><h2>Three</h2>"
    assert [key for key, _ in number_headings(f"{headings}{FOLDS}").contents] == [
        "one",
        "two",
        "three",
    ]
