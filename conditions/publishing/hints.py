"""Hints for the person who edits a page. They advise; none of them stops a publication."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import Any, cast

from conditions.blocks.kind import Role
from conditions.blocks.registry import claims_in, kind_of, warnings_in, words_of
from conditions.citing.marks import unmarked
from conditions.icon_arrays import FEWEST_PEOPLE
from conditions.payloads import BlockPayload
from conditions.publishing.readability import LONG, grade_of, longer_than, sentences, worst_of
from conditions.showing.held_back import is_unfilled, must_be_signed

HARDEST = 7
MOST_CARE_CARDS = 2
DEEPEST = 20

# Keys of a page whose values are addresses, names for machines, or words of others. What a block
# holds is said by its kind.
UNREAD = {"src", "url", "href", "slug", "code", "kind", "stage", "section", "sources", "glossary"}
UNREAD |= {"variants", "pronunciation", "instructs"}

PLACEHOLDER = re.compile(r"\{\w+\}")
BANNED = re.compile(r"(?<![\w-])(?:cure[sd]?|guarantee[sd]?|best)(?!\w)", re.I)
SHOULD = re.compile(r"\bshould\b", re.I)
NUMBER = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|"
    r"fifty|half|most|(?:a )?hundred|(?:a )?thousand)"
)
CLAIM = re.compile(rf"\b{NUMBER} out of (?:every |each )?{NUMBER}\b|\d\s?%|\d per ?cent\b", re.I)


def hints(payload: Mapping[str, Any]) -> list[str]:
    """What may be hard, risky or unproven in a page, in plain words. Never raises."""
    payload = unmarked(payload) if isinstance(payload, Mapping) else payload
    found = [sentence for text in texts(payload) for sentence in sentences(text)]
    blocks = blocks_in(payload)
    return [
        *hard_to_read(found),
        *too_long(found),
        *banned(found),
        *too_many_care_cards(blocks),
        *more_good_than_bad(blocks),
        *without_a_source(payload, blocks, found),
        *soft(found),
        *not_shown(payload),
    ]


def texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text that a reader sees, wherever it stands in the payload."""
    if isinstance(value, str):
        yield PLACEHOLDER.sub("000", value)
    if depth == DEEPEST or not isinstance(value, dict | list | tuple):
        return
    for part in parts_of(value) if isinstance(value, dict) else value:
        yield from texts(part, depth + 1)


def parts_of(value: dict[str, Any]) -> list[Any]:
    """What a kind of block says of its own parts counts; of all others their names."""
    kind = kind_of(value)
    read = kind.parts_that_are(Role.WORDS, Role.RICH) if kind else set()
    unread = UNREAD | (set(kind.parts) if kind else set())
    return [part for key, part in value.items() if key in read or key not in unread]


def blocks_in(payload: Any) -> list[BlockPayload]:
    blocks = payload.get("blocks") if isinstance(payload, dict) else None
    found: list[Any] = blocks if isinstance(blocks, list) else []
    return [cast(BlockPayload, block) for block in found if isinstance(block, dict)]


def hard_to_read(found: list[str]) -> Iterator[str]:
    grade = grade_of(found)
    if round(grade, 1) > HARDEST:
        worst = quoted(worst_of(found, 1)[0])
        yield (
            f"The page reads at grade {grade:.1f}; aim for {HARDEST} or less. "
            f"This sentence weighs most: {worst}"
        )


def too_long(found: list[str]) -> Iterator[str]:
    long = longer_than(LONG, found)
    if long:
        count = "1 sentence has" if len(long) == 1 else f"{len(long)} sentences have"
        named = " ".join(quoted(sentence) for sentence in long[:3])
        yield f"{count} more than {LONG} words. Cut in two: {named}"


def banned(found: list[str]) -> Iterator[str]:
    """One hint per word, with the first sentence that has it."""
    places: dict[str, str] = {}
    for sentence in found:
        for word in BANNED.findall(sentence):
            places.setdefault(word.lower(), sentence)
    for word, sentence in places.items():
        yield f"“{word}” promises too much. Say what happens to how many people: {quoted(sentence)}"


def too_many_care_cards(blocks: list[BlockPayload]) -> Iterator[str]:
    urgent = warnings_in(blocks)
    if len(urgent) > MOST_CARE_CARDS:
        yield (
            f"The page has {len(urgent)} emergency or urgent care cards. "
            f"With more than {MOST_CARE_CARDS}, none stands out."
        )


def more_good_than_bad(blocks: list[BlockPayload]) -> Iterator[str]:
    """Of pictures of people; figures of few people have none."""
    drawn = [block for block in blocks if people_in(block) >= FEWEST_PEOPLE]
    shown = Counter(block.get("effect") for block in drawn)
    if shown["benefit"] > shown["harm"]:
        yield (
            f"The page has {shown['benefit']} pictures of a benefit and {shown['harm']} of a harm. "
            "Show harms as often as benefits, or say some of the benefits in words."
        )


def people_in(block: BlockPayload) -> int:
    people: Any = block.get("denominator")
    return people if isinstance(people, int) else 0


def without_a_source(payload: Any, blocks: list[BlockPayload], found: list[str]) -> Iterator[str]:
    figures = claims_in(blocks)
    if payload_has_sources(payload) or any(map(names_a_source, figures)):
        return
    claims = [sentence for sentence in found if CLAIM.search(sentence)]
    if claims:
        yield f"A figure needs a source, and the page names none: {quoted(claims[0])}"
    elif figures:
        yield "A figure needs a source, and the page names none."


def payload_has_sources(payload: Any) -> bool:
    return isinstance(payload, dict) and bool(payload.get("sources"))


def names_a_source(block: BlockPayload) -> bool:
    return any(value for key, value in block.items() if str(key).startswith("source"))


def not_shown(payload: Any) -> Iterator[str]:
    """What the public will not read, and what to do about it."""
    blocks = blocks_in(payload)
    blank = [block for block in blocks if is_unfilled(block)]
    if blank:
        named = ", ".join(quoted(words_of(block)[:60]) for block in blank)
        they, them = ("This block holds", "it")
        if len(blank) > 1:
            they, them = (f"{len(blank)} blocks hold", "them")
        words = f"so the public does not see {them} until you fill {them} in"
        yield f"{they} “[fill in”, {words}: {named}"
    reasons = list(dict.fromkeys(reason for block in blocks if (reason := must_be_signed(block))))
    if reasons:
        about = ", ".join(reasons)
        yield (
            f"The page tells people what to do ({about}). On a public site these words show once "
            "a clinician has signed the page; until then “Ring the rooms about this” stands there."
        )


def soft(found: list[str]) -> Iterator[str]:
    with_should = [sentence for sentence in found if SHOULD.search(sentence)]
    if with_should:
        yield f"“Should” can sound like blame. Would “can” do? {quoted(with_should[0])}"


def quoted(sentence: str) -> str:
    return f"“{shorten(sentence, 160, placeholder=' …')}”"
