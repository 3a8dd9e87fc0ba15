"""Payload to HTML. Knows templates and plain data, no models."""

import json
import re
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

from conditions.terms import mark_first_uses

READABLE_FORMATS = {1}
KINDS = {
    "prose",
    "figure",
    "care_card",
    "step",
    "recovery_stage",
    "treatment_option",
    "risk_figure",
    "checklist",
}
RICH_TEXTS = {"html", "can_do", "avoid"}
# No sign of HTML stays in JSON, so that no word can end the element it stands in.
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
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
        blocks = [prepared(block) for block in run]
        parts.append(render_to_string(f"conditions/blocks/{kind}.html", {"blocks": blocks}))
    html = mark_first_uses("\n".join(parts), payload.get("glossary", []))
    # A button may start a new line; a word joiner keeps it beside its opening bracket.
    html = html.replace('(<span class="term">', '(\u2060<span class="term">')
    return number_headings(html.replace("{emergency}", escape(emergency_number)))


def prepared(block: dict[str, Any]) -> dict[str, Any]:
    """A block as its template wants it.

    The one place where published markup is trusted: `publishing.snapshot` has cleaned it.
    """
    ready = dict(block)
    for name in RICH_TEXTS & block.keys():
        ready[name] = SafeString(block[name])
    if block.get("picture"):
        ready["picture"] = with_addresses(block["picture"])
    return ready


def with_addresses(picture: dict[str, Any]) -> dict[str, Any] | None:
    """A picture with the addresses of its files; None when a drawing is gone.

    The figure then shows its long description, so that the page still tells the story.
    """
    if "illustration" in picture:
        try:
            address = static(f"illustrations/{picture['illustration']}.svg")
        except ValueError:
            return None
        return {**picture, "src": address, "srcset": ""}
    files = [
        (f"{settings.MEDIA_URL}images/{file['name']}", file["width"])
        for file in picture["renditions"]
    ]
    srcset = ", ".join(f"{address} {width}w" for address, width in files)
    return {**picture, "src": files[-1][0], "srcset": srcset}


def number_headings(html: str) -> Body:
    """Give every second-level heading an id of its own and list them."""
    contents: list[tuple[str, str]] = []

    def with_id(match: re.Match[str]) -> str:
        words = strip_tags(match[1])
        key = heading_id(words, taken=[key for key, _ in contents])
        contents.append((key, words))
        return f'<h2 id="{key}">{match[1]}</h2>'

    return Body(SafeString(SECOND_HEADING.sub(with_id, html)), contents)


def heading_id(words: str, *, taken: list[str]) -> str:
    """The id of the next heading of a page whose earlier headings have the ids `taken`."""
    name = slugify(words) or "part"
    return name if name not in taken else f"{name}-{len(taken) + 1}"


def as_json(data: Any) -> SafeString:
    """JSON that may stand in a `script` element. It is data: a browser never runs it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return SafeString(text.translate(JSON_ESCAPES))
