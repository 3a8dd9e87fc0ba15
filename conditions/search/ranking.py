"""Which page answers a query best, and with which words. Plain data: no database, no models."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from conditions.emergency_number import with_the_number
from conditions.payloads import StoredPayload, readable
from conditions.search.first_answers import said_otherwise, same_meaning, says_little
from conditions.search.passages import Passage, reading
from conditions.search.wording import (
    WORD,
    Concept,
    Words,
    folded,
    is_within,
    starts_of,
    stem,
    times_in,
)

TITLE, HEADING, KEY, BODY = 8.0, 3.0, 2.0, 1.0  # what a hit is worth, by its place
ASIDE = 0.3  # a picture told in words, however often it says so
IN_OTHER_WORDS = 0.5  # of a hit, where the passage has a word that means the same
UNDER_ITS_NAME = 0.1  # of two passages that say as much, the one under a heading that says it
QUOTED = 240  # letters of a passage that are shown
BEFORE = 80  # letters of it that are shown before the first hit
SHORT = 60  # a passage below this many letters is quoted with its heading
ON_THE_WAY = 1.25  # pages of a stage of the patient's way come before others that say as much

Parts = list[tuple[str, bool]]  # words, and whether they were asked for


class Read(NamedTuple):
    """A published page with the stems of its words. `key` is its publication's."""

    key: int
    section: str
    slug: str
    stage: str
    title: str
    names: Words
    headings: list[Words]
    passages: list[tuple[Passage, Words]]
    words: frozenset[str]
    stems: frozenset[str]


def read_payload(key: int, stored: StoredPayload) -> Read:
    page = reading(stored)
    payload: Mapping[str, Any] = readable(stored) or {}
    texts = [*page.names, *page.headings, *(passage.text for passage in page.passages)]
    texts += [f"{term['term']} {term['definition']}" for term in payload.get("terms", [])]
    words = frozenset(folded(word) for text in texts for word in WORD.findall(text))
    return Read(
        key=key,
        section=payload.get("section", ""),
        slug=payload.get("slug", ""),
        stage=payload.get("stage", ""),
        title=page.title,
        names=text_stems("\n".join(page.names)),
        headings=[text_stems(heading) for heading in page.headings],
        passages=[(passage, text_stems(passage.text)) for passage in page.passages],
        words=words,
        stems=frozenset(stem(word) for word in words),
    )


def text_stems(text: str) -> Words:
    """The place of each stem is the place of its word in the text."""
    return tuple(stem(folded(word)) for word in WORD.findall(with_the_number(text, "")))


@lru_cache(maxsize=5_000)
def heading_stems(heading: str) -> Words:
    """Read once, though each passage under it asks."""
    return text_stems(heading)


def phrases_of(page: Read, concept: Concept) -> list[Words]:
    """Of the ways to say it those whose words all stand somewhere on the page."""
    return [phrase for phrase in concept.stems if page.stems.issuperset(phrase)]


def worth(page: Read, concept: Concept) -> float:
    """How much of a page is about a concept: its title first, then headings and key words."""
    phrases = phrases_of(page, concept)
    if not phrases:
        return 0.0

    def hits(texts: Iterable[Words]) -> int:
        return sum(times_in(text, phrase) for text in texts for phrase in phrases)

    keys = [words for passage, words in page.passages if passage.is_key]
    asides = [words for passage, words in page.passages if passage.is_aside]
    body = [words for passage, words in page.passages if not (passage.is_key or passage.is_aside)]
    return (
        TITLE * any(is_within(phrase, page.names) for phrase in phrases)
        + HEADING * math.log2(1 + hits(page.headings))
        + KEY * math.log2(1 + hits(keys))
        + BODY * math.log2(1 + hits(body))
        + ASIDE * bool(hits(asides))
    )


def ranked(
    pages: Sequence[Read], concepts: Sequence[Concept], rarity: Sequence[float], *, every: bool
) -> list[Read]:
    """The pages that hold every concept, or at least one, best first. `rarity` is what a hit of
    each concept counts for: a word of few pages says more than one of all."""
    wanted = all if every else any
    scores: dict[int, float] = {}
    for page in pages:
        row = [worth(page, concept) for concept in concepts]
        if wanted(row):
            score = sum(value * rare for value, rare in zip(row, rarity, strict=True))
            scores[page.key] = score * (ON_THE_WAY if page.stage else 1)
    found = [page for page in pages if page.key in scores]
    return sorted(found, key=lambda page: (-scores[page.key], page.title))


class Ways(NamedTuple):
    """The phrases of a page that say one thing that was asked for, and words that mean the same;
    how rare the one and the others are."""

    phrases: list[Words]
    rare: float
    others: list[Words]
    rare_of_others: float


def in_other_words(page: Read, concept: Concept) -> tuple[list[Words], float]:
    """Words of the page that mean the same as one that somebody typed and that does not stand
    there, and how rare they are in its passages."""
    typed = concept.stems[0]
    meaning = same_meaning(typed[0])
    alike = said_otherwise().get(meaning, frozenset()) if len(typed) == 1 else frozenset()
    words: list[Words] = [(word,) for word in alike if word in page.stems]
    if not words or meaning in says_little() or phrases_of(page, concept):
        return [], 0.0
    texts = [text for _, text in page.passages]
    holders = sum(any(word[0] in text for word in words) for text in texts)
    return words, math.log2(1 + len(texts) / max(holders, 1))


def best_passage(
    page: Read, concepts: Sequence[Concept], rarity: Sequence[float], *, loosely: bool = False
) -> tuple[Passage, bool]:
    """The first of the passages that hold most of what was asked for; else the introduction.

    Also whether it is to be quoted with its heading: because it is short, or because the heading
    holds what was asked for. `loosely` counts words that mean the same, too.
    """
    ways: list[Ways] = []
    for concept, rare in zip(concepts, rarity, strict=True):
        other, rare_here = in_other_words(page, concept) if loosely else ([], 0.0)
        ways.append(Ways(phrases_of(page, concept), rare, other, min(rare, rare_here)))
    best, with_heading, passage = 0.0, False, page.passages[0][0]
    for candidate, words in page.passages:
        worth_of_it, under_it = value_of(candidate, words, ways)
        if worth_of_it > best:
            best, with_heading, passage = worth_of_it, under_it, candidate
    return passage, with_heading or needs_heading(passage)


def value_of(passage: Passage, words: Words, ways: Sequence[Ways]) -> tuple[float, bool]:
    """How much of what was asked for a passage holds, and whether its heading holds some of it."""
    heading = heading_stems(passage.under)
    total, with_heading = 0.0, False
    for way in ways:
        if any(is_within(phrase, words) for phrase in way.phrases):
            total += way.rare
            if len(ways) == 1 and any(is_within(phrase, heading) for phrase in way.phrases):
                total += way.rare * UNDER_ITS_NAME
        elif any(is_within(phrase, heading) for phrase in way.phrases):
            total += way.rare * 0.9
            with_heading = True
        elif any(is_within(word, words) for word in way.others):
            total += way.rare_of_others * IN_OTHER_WORDS
    return (total / 2 if passage.is_aside else total), with_heading


def needs_heading(passage: Passage) -> bool:
    return bool(passage.under) and len(passage.text) < SHORT


def text_of(passage: Passage, *, with_heading: bool, emergency_number: str) -> str:
    """The passage as it is quoted."""
    text = passage.text
    if with_heading:
        text = f"{passage.under.rstrip(':')}{'' if passage.under.endswith('?') else ':'} {text}"
    return with_the_number(text, emergency_number)


def marked(text: str, concepts: Iterable[Concept]) -> Parts:
    """A text in parts, those marked that were asked for."""
    spans = [match.span() for match in WORD.finditer(text)]
    words = tuple(stem(folded(text[start:end])) for start, end in spans)
    hit: set[int] = set()
    for concept in concepts:
        for phrase in concept.stems:
            for place in starts_of(phrase, words):
                hit.update(range(place, place + len(phrase)))
    parts: Parts = []
    done = 0
    for place, (start, end) in enumerate(spans):
        if place not in hit:
            continue
        if place - 1 in hit and parts:  # one mark for a phrase
            parts[-1] = (parts[-1][0] + text[done:end], True)
        else:
            parts += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [part for part in [*parts, (text[done:], False)] if part[0]]


def quoted(text: str, concepts: Sequence[Concept], around: Sequence[Concept] = ()) -> Parts:
    """The part of a passage around its first hit, or that of `around`, cut between words."""
    parts = marked(text, around or concepts)
    first = 0 if not parts or parts[0][1] else len(parts[0][0])
    start, end = 0, len(text)
    if end > QUOTED:
        start = 0 if first <= BEFORE else text.find(" ", first - BEFORE) + 1
        if end - start > QUOTED:
            end = text.rfind(" ", start, start + QUOTED)
            end = end if end > first else start + QUOTED
    shown = marked(text[start:end], concepts)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return [part for part in [(before, False), *shown, (after, False)] if part[0]]
