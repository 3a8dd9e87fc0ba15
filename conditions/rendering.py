"""Payload to HTML. Knows templates and plain data, no models."""

import json
import re
from collections import Counter
from collections.abc import Collection
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

from conditions.terms import mark_first_uses, tokens_of

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
EXPLAINED = re.compile(
    r'([(“‘]*)<span class="term">(<button.*?</button>)(<span class="term-meaning".*?</span>)</span>'
    r"([)”’.,;:?!]*)",
    re.DOTALL,
)
# No sign of HTML stays in JSON, so that no word can end the element it stands in.
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
# The strip on other pages leads here: staff may reword a heading, the card keeps its id. No heading
# gets this id, for `slugify` writes hyphens.
PLACEHOLDER = "{emergency}"
EMERGENCY_CARD = '<section class="care-card care-emergency">'
# An urgent card that names us ends with what to do now: the rooms may be closed.
RING_NOW = "{ring_now}"
RINGS_US = re.compile(r"\brooms\b|\b(?:ring|call|phone|telephone) us\b", re.IGNORECASE)
SECOND_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


class UnknownPayload(ValueError):
    """A payload written by another version of this software."""


class Body(NamedTuple):
    """A page's body, its contents list of (id, words) and the kinds of block in it."""

    html: SafeString
    contents: list[tuple[str, str]]
    kinds: frozenset[str] = frozenset()


def render_body(
    payload: dict[str, Any],
    *,
    emergency_number: str,
    chosen: Collection[str] = (),
    ring_now: str = "",
) -> Body:
    """The blocks of a payload; those of one kind that follow each other as one component.

    `ring_now` is markup for the end of each urgent card that says to ring the rooms.
    `{emergency}` becomes the emergency number of today. `chosen` are the treatment options to
    compare, by their slugs; none means all. Raises `UnknownPayload`.
    """
    if payload.get("format") not in READABLE_FORMATS:
        raise UnknownPayload(f"payload format {payload.get('format')!r}")
    parts: list[str] = []
    runs: Counter[str] = Counter()
    for kind, run in groupby(payload["blocks"], key=lambda block: block["kind"]):
        if kind not in KINDS:
            raise UnknownPayload(f"block kind {kind!r}")
        blocks = [prepared(block) for block in run]
        runs[kind] += 1
        context = {"blocks": blocks, "is_first": not parts, "run": runs[kind]}
        if kind == "treatment_option":
            context |= comparison(blocks, chosen)
        parts.append(render_to_string(f"conditions/blocks/{kind}.html", context))
    html = mark_first_uses("\n".join(parts), payload.get("glossary", []))
    html = with_a_way_to_call(with_meanings_at_the_end(html), emergency_number)
    html = html.replace(RING_NOW, ring_now)
    html = html.replace(EMERGENCY_CARD, f'{EMERGENCY_CARD[:-1]} id="emergency_card">', 1)
    body = number_headings(html)
    return body._replace(kinds=frozenset(runs))


def with_a_way_to_call(html: str, number: str) -> str:
    """Each `{emergency}` as a link that dials; within another link and in attributes, the number.

    Who needs it has no time to look for a button: the number dials wherever it stands.
    """
    if PLACEHOLDER not in html:
        return html
    dialled = "".join(sign for sign in number if sign in "+0123456789")
    shown = escape(number)
    link = f'<a href="tel:{dialled}">{shown}</a>'
    parts = []
    for token in tokens_of(html):
        text = token.text.replace(f"tel:{PLACEHOLDER}", f"tel:{dialled}")
        is_plain = not token.is_tag and not token.within & {"a", "button"}
        parts.append(text.replace(PLACEHOLDER, link if is_plain else shown))
    return "".join(parts)


def with_meanings_at_the_end(html: str) -> str:
    """Explained words, with what they mean in a list that a printed page shows after its text.

    A browser may break a line before and after a button: the signs beside it go into its span,
    which does not wrap.
    """
    meanings: list[str] = []

    def without_meaning(match: re.Match[str]) -> str:
        before, button, meaning, after = match.groups()
        meanings.append(meaning)
        return f'<span class="term">{before}{button}{after}</span>'

    text = EXPLAINED.sub(without_meaning, html)
    if not meanings:
        return text
    return f'{text}\n<div class="words"><p>Words explained</p>{"".join(meanings)}</div>'


def comparison(blocks: list[dict[str, Any]], chosen: Collection[str]) -> dict[str, Any]:
    """Fact by fact, the words on each option that is compared; and all options to choose from."""
    slugs = [slugify(block["name"]) for block in blocks]
    compared = [b for b, slug in zip(blocks, slugs, strict=True) if slug in chosen] or blocks
    facts = [
        {
            "label": fact["label"],
            "cells": [{"name": b["name"], "text": b["facts"][place]["text"]} for b in compared],
        }
        for place, fact in enumerate(compared[0]["facts"])
    ]
    choices = [
        {"slug": slug, "name": block["name"], "is_chosen": slug in chosen}
        for block, slug in zip(blocks, slugs, strict=True)
    ]
    is_part = len(compared) < len(blocks)
    return {"blocks": compared, "facts": facts, "choices": choices, "is_part": is_part}


def prepared(block: dict[str, Any]) -> dict[str, Any]:
    """A block as its template wants it.

    The one place where published markup is trusted: `publishing.snapshot` has cleaned it.
    """
    ready = dict(block)
    for name in RICH_TEXTS & block.keys():
        ready[name] = SafeString(block[name])
    if block["kind"] == "care_card" and block["level"] == "urgent":
        ready["says_to_ring"] = bool(RINGS_US.search(f"{block['heading']} {block['html']}"))
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
