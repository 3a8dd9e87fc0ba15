"""The body of a page: its blocks through the templates of their kinds, then the whole as one."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.html import escape

from conditions.blocks.kind import Chosen, PageBlock
from conditions.blocks.registry import BLOCK_OF_KIND
from conditions.citing.marks import codes_of, with_marks
from conditions.emergency_number import as_dialled, with_a_link
from conditions.payloads import PagePayload, StoredPayload, UnknownPayload, upgraded
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
RING_NOW, HELD_TELEPHONE, HELD_NURSE = "{ring_now}", "{held_telephone}", "{held_nurse}"
HELD_TELEPHONE_TEMPLATE = "components/held_telephone.html"
HELD_NURSE_TEMPLATE = "components/held_nurse.html"
NOTHING_CHOSEN = Chosen()


class Today(NamedTuple):
    """What stands in a body but is never frozen, as markup."""

    dialled: str
    shown: str
    ring_now: str = ""
    held_telephone: str = ""
    held_nurse: str = ""


def render_body(
    stored: StoredPayload,
    *,
    emergency_number: str,
    chosen: Chosen = NOTHING_CHOSEN,
    ring_now: str = "",
    telephone: str = "",
    held_nurse: str = "",
    more: str = "",
) -> Body:
    """The blocks of a payload; those of one kind that follow each other as one component.

    `more` is HTML that stands below them and among the contents, `ring_now` markup for the end of
    each urgent card that says to ring the rooms.
    In the place of instructions that are held back stands the `telephone` of the rooms, once for
    those that follow each other, and where they are about triage, `held_nurse` (markup); words that
    only staff see are marked.
    `{emergency}` becomes the emergency number of today. `chosen` is what a reader chose in a
    comparison. Raises `UnknownPayload`.
    """
    today = Today(
        dialled=as_dialled(emergency_number),
        shown=escape(emergency_number),
        ring_now=ring_now,
        held_telephone=render_to_string(HELD_TELEPHONE_TEMPLATE, {"telephone": telephone}),
        held_nurse=held_nurse,
    )
    return body_of(stored, today=today, chosen=chosen, more=more)


def body_of(
    stored: StoredPayload, *, today: Today, chosen: Chosen = NOTHING_CHOSEN, more: str = ""
) -> Body:
    """The same with the facts of today as markup, or with what will be filled by them later."""
    payload = upgraded(stored)
    parts, kinds = drawn_blocks(payload, chosen)
    parts += [more] if more else []
    html = mark_first_uses("\n".join(parts), payload.get("glossary", []))
    html = with_marks(with_meanings_at_the_end(html), codes_of(payload))
    html = with_a_link(html, dialled=today.dialled, shown=today.shown)
    html = html.replace(RING_NOW, today.ring_now).replace(HELD_TELEPHONE, today.held_telephone)
    html = html.replace(HELD_NURSE, today.held_nurse)
    html = html.replace(EMERGENCY_CARD, f'{EMERGENCY_CARD[:-1]} id="emergency_card">', 1)
    return number_headings(html)._replace(
        needs_more_styles=any(kind.needs_more_styles for kind in kinds),
        draws_data=any(kind.draws_data for kind in kinds),
    )


def drawn_blocks(payload: PagePayload, chosen: Chosen) -> tuple[list[str], list[type[PageBlock]]]:
    """The markup of each run of blocks, and the kinds that occur."""
    parts: list[str] = []
    runs: Counter[str] = Counter()
    for (name, reason), run in groupby(with_pictures(payload["blocks"]), key=kind_and_reason):
        if name == HELD_BACK:
            parts.append(in_their_place(run))
            continue
        kind = BLOCK_OF_KIND.get(name)
        if kind is None:
            raise UnknownPayload(f"block kind {name!r}")
        blocks = [kind.prepared(block) for block in run]
        runs[name] += 1
        page = f"{payload.get('section', '')}-{payload.get('slug', '')}"
        context = {"blocks": blocks, "is_first": not parts, "run": runs[name], "page": page}
        context |= kind.shared_context(blocks, chosen)
        drawn = render_to_string(kind.template(), context)
        parts.append(marked(drawn, reason) if reason else drawn)
    return parts, [BLOCK_OF_KIND[name] for name in runs]


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


def in_their_place(run: Iterable[Any]) -> str:
    """One calm box for all that is held back here."""
    reasons = list(dict.fromkeys(block["instructs"] for block in run))
    return render_to_string("components/held_back.html", {"reasons": reasons})


def marked(html: str, reason: str) -> str:
    """For staff: what the public sees here instead."""
    context = {"reason": reason, "html": html}
    return render_to_string("components/held_mark.html", context)
