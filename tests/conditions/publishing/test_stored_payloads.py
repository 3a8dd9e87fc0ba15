"""A payload of every format that was ever written still renders."""

import json
from pathlib import Path

import pytest

from conditions.blocks import BLOCK_OF_KIND
from conditions.payloads import current_format
from conditions.prepared.bodies import render_body

PAYLOADS = Path(__file__).parent / "payloads"


@pytest.mark.parametrize("number", range(1, current_format() + 1))
def test_the_stored_sample_of_each_format_renders(number):
    payload = json.loads((PAYLOADS / f"format-{number}.json").read_text(encoding="utf-8"))
    body = render_body(payload, emergency_number="000")
    assert {block["kind"] for block in payload["blocks"]} <= set(BLOCK_OF_KIND)
    for words in ["81 out of 100", "19 out of 100", "Weeks 0 to 6", "From week 6", "tel:000"]:
        assert words in body.html
    assert 'class="term-word"' in body.html


def test_a_drawing_that_is_gone_leaves_its_story(settings):
    hashed = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": hashed}}
    settings.DEBUG = False
    picture = {"illustration": "gone", "width": 8, "height": 6}
    figure = {"kind": "figure", "picture": picture, "alt": "A", "caption": "C"}
    payload = {"format": 1, "blocks": [{**figure, "long_description": "The story."}]}
    html = render_body(payload, emergency_number="000").html
    assert "<img" not in html
    assert "The story." in html
