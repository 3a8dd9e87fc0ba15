"""The body of a page: its blocks through the templates of their kinds, then the whole as one."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from conditions.blocks.kind import Chosen
from conditions.blocks.registry import BLOCK_OF_KIND
from conditions.citing.marks import codes_of, with_marks
from conditions.emergency_number import with_a_way_to_call
from conditions.payloads import StoredPayload, UnknownPayload, upgraded
from conditions.rendering import (
    Body,
    number_headings,
    with_meanings_at_the_end,
)
from conditions.showing.held_back import HELD_BACK
from conditions.terms import mark_first_uses

# The strip on other pages leads here: staff may reword a heading, the card keeps its id. No heading
# gets this id, for `slugify` writes hyphens.
EMERGENCY_CARD = '<section class="care-card care-emergency">'
RING_NOW = "{ring_now}"
NOTHING_CHOSEN = Chosen()


def render_body(
    stored: StoredPayload,
    *,
    emergency_number: str,
    chosen: Chosen = NOTHING_CHOSEN,
    ring_now: str = "",
    telephone: str = "",
    more: str = "",
) -> Body:
    """The blocks of a payload; those of one kind that follow each other as one component.

    `more` is HTML that stands below them and among the contents, `ring_now` markup for the end of
    each urgent card that says to ring the rooms.
    In the place of instructions that are held back stands the `telephone` of the rooms, once for
    those that follow each other; words that only staff see are marked.
    `{emergency}` becomes the emergency number of today. `chosen` is what a reader chose in a
    comparison. Raises `UnknownPayload`.
    """
    payload = upgraded(stored)
    parts: list[str] = []
    runs: Counter[str] = Counter()
    for (name, reason), run in groupby(with_pictures(payload["blocks"]), key=kind_and_reason):
        if name == HELD_BACK:
            parts.append(in_their_place(run, telephone))
            continue
        kind = BLOCK_OF_KIND.get(name)
        if kind is None:
            raise UnknownPayload(f"block kind {name!r}")
        blocks = [kind.prepared(block) for block in run]
        runs[name] += 1
        page = f"{payload['section']}-{payload['slug']}"
        context = {"blocks": blocks, "is_first": not parts, "run": runs[name], "page": page}
        context |= kind.shared_context(blocks, chosen)
        drawn = render_to_string(kind.template(), context)
        parts.append(marked(drawn, reason) if reason else drawn)
    parts += [more] if more else []
    html = mark_first_uses("\n".join(parts), payload.get("glossary", []))
    html = with_marks(with_meanings_at_the_end(html), codes_of(payload))
    html = with_a_way_to_call(html, emergency_number)
    html = html.replace(RING_NOW, ring_now)
    html = html.replace(EMERGENCY_CARD, f'{EMERGENCY_CARD[:-1]} id="emergency_card">', 1)
    kinds = [BLOCK_OF_KIND[name] for name in runs]
    return number_headings(html)._replace(
        needs_more_styles=any(kind.needs_more_styles for kind in kinds),
        draws_data=any(kind.draws_data for kind in kinds),
    )


def with_pictures(blocks: Iterable[Any]) -> list[Any]:
    """A figure right behind a step is the picture of that step, so its number goes on."""
    found: list[Any] = []
    for block in blocks:
        if block["kind"] == "figure" and found and found[-1]["kind"] == "step":
            step = found[-1]
            found[-1] = {**step, "figures": [*step.get("figures", []), block]}
        else:
            found.append(block)
    return found


def kind_and_reason(block: Any) -> tuple[str, str]:
    return block["kind"], block.get(HELD_BACK, "")


def in_their_place(run: Iterable[Any], telephone: str) -> str:
    """One calm box for all that is held back here."""
    reasons = list(dict.fromkeys(block["instructs"] for block in run))
    context = {"reasons": reasons, "telephone": telephone}
    return render_to_string("components/held_back.html", context)


def marked(html: str, reason: str) -> str:
    """For staff: what the public sees here instead."""
    context = {"reason": reason, "html": html}
    return render_to_string("components/held_mark.html", context)
