"""What of a publication the public does not read: instructions that no clinician has signed, and
what the clinic has not filled in.

Whoever shows or finds words of a publication asks `public_words`. Staff read everything, with a
mark. Nothing of this is frozen: a signature counts from the moment it is given until its last day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.utils import timezone

from conditions.models import Publication
from conditions.payloads import BlockPayload, PagePayload, StoredPayload, readable, upgraded

BLANK = "[fill in"
HELD_BACK = "held_back"  # the kind of what stands in the place of instructions
UNFILLED = "unfilled"
Reason = str  # why a block is held back: UNFILLED, or what it instructs about; empty: it is not


def is_trial() -> bool:
    """A site for trying out shows all: nobody takes its words for those of a clinic."""
    return bool(settings.SITE_IS_LOOPBACK)


def is_signed(publication: Publication, *, on: date | None = None) -> bool:
    """Whether a clinician signed just this, until today or later. Of rows `with_review`; of all
    others nothing is known, which counts as no."""
    due = getattr(publication, "review_next_review_due", None)
    signed = getattr(publication, "review_publication_id", None)
    return bool(due and signed == publication.pk and due >= (on or timezone.localdate()))


def shows_instructions(publication: Publication) -> bool:
    return is_trial() or is_signed(publication)


def public_words(publication: Publication) -> PagePayload:
    """What the public reads now. Raises `UnknownPayload`."""
    shows = shows_instructions(publication)
    return as_public(upgraded(publication.payload), shows_instructions=shows)


def public_words_or_none(publication: Publication) -> PagePayload | None:
    payload = readable(publication.payload)
    shows = shows_instructions(publication)
    return as_public(payload, shows_instructions=shows) if payload else None


def as_public(payload: PagePayload, *, shows_instructions: bool) -> PagePayload:
    """What is not filled in is left out; a short word stands for each unsigned instruction."""
    blocks = [
        placeholder(reason) if reason else block
        for block in payload.get("blocks", [])
        if (reason := reason_of(block, shows_instructions)) != UNFILLED
    ]
    facts = [fact for fact in payload.get("key_facts", []) if not is_unfilled(fact)]
    return {**payload, "key_facts": facts, "blocks": blocks}


def for_staff(payload: PagePayload, *, shows_instructions: bool) -> PagePayload:
    """All words; what the public does not read says why under `held_back`."""
    blocks = [
        cast(BlockPayload, {**block, HELD_BACK: reason})
        if (reason := reason_of(block, shows_instructions))
        else block
        for block in payload["blocks"]
    ]
    return {**payload, "blocks": blocks}


def reason_of(block: Any, shows_instructions: bool) -> Reason:
    if is_unfilled(block):
        return UNFILLED
    return "" if shows_instructions else must_be_signed(block)


def is_unfilled(value: Any, depth: int = 4) -> bool:
    """Whether a place for the clinic's own facts stands open in it, or in what it holds."""
    if isinstance(value, str):
        return BLANK in value.lower()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return depth > 0 and any(is_unfilled(part, depth - 1) for part in inner)


def must_be_signed(block: Any) -> Reason:
    """What a block instructs about; an emergency card always shows."""
    if not isinstance(block, dict) or block.get("level") == "emergency":
        return ""
    return str(block.get("instructs", ""))


def placeholder(reason: str) -> BlockPayload:
    return cast(BlockPayload, {"kind": HELD_BACK, "instructs": reason})


def instructions_in(stored: StoredPayload) -> list[Reason]:
    """What the blocks of a payload instruct about, one for each block that must be signed."""
    payload: Any = readable(stored) or {}
    return [reason for block in payload.get("blocks", []) if (reason := must_be_signed(block))]


def waiting() -> Iterator[tuple[Publication, list[Reason]]]:
    """Pages that are public, each with its instructions that no signature stands behind today."""
    for publication in Publication.objects.live().with_review():
        if not is_signed(publication) and (found := instructions_in(publication.payload)):
            yield publication, found
