"""Payload to HTML. Knows templates and plain data, no models."""

import re
from itertools import groupby
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

READABLE_FORMATS = {1}
KINDS = {"prose", "care_card", "step"}
SECOND_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


class UnknownPayload(ValueError):
    """A payload written by another version of this software."""


class Body(NamedTuple):
    """A page's body and its contents list of (id, words)."""

    html: SafeString
    contents: list[tuple[str, str]]


def render_body(payload: dict[str, Any], *, emergency_number: str) -> Body:
    """The blocks of a payload; those of one kind that follow each other as one component.

    `{emergency}` becomes the emergency number of today. Raises `UnknownPayload`.
    """
    if payload.get("format") not in READABLE_FORMATS:
        raise UnknownPayload(f"payload format {payload.get('format')!r}")
    parts = []
    for kind, run in groupby(payload["blocks"], key=lambda block: block["kind"]):
        if kind not in KINDS:
            raise UnknownPayload(f"block kind {kind!r}")
        blocks = [with_safe_html(block) for block in run]
        parts.append(render_to_string(f"conditions/blocks/{kind}.html", {"blocks": blocks}))
    html = "\n".join(parts).replace("{emergency}", escape(emergency_number))
    return number_headings(html)


def with_safe_html(block: dict[str, Any]) -> dict[str, Any]:
    """The one place where published markup is trusted: `publishing.snapshot` has cleaned it."""
    return {**block, "html": SafeString(block.get("html", ""))}


def number_headings(html: str) -> Body:
    """Give every second-level heading an id of its own and list them."""
    contents: list[tuple[str, str]] = []

    def with_id(match: re.Match[str]) -> str:
        words = strip_tags(match[1])
        name = slugify(words) or "part"
        taken = {key for key, _ in contents}
        key = name if name not in taken else f"{name}-{len(contents) + 1}"
        contents.append((key, words))
        return f'<h2 id="{key}">{match[1]}</h2>'

    return Body(SafeString(SECOND_HEADING.sub(with_id, html)), contents)
