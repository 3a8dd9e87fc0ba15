"""Payload to HTML."""

import pytest

from conditions.rendering import UnknownPayload, number_headings, render_body

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
