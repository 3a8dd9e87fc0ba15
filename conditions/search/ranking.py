"""Which page answers a query best. Plain data: no database, no models."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from conditions.emergency_number import with_the_number
from conditions.payloads import StoredPayload, readable
from conditions.search.site.passages import Passage, reading
from conditions.search.wording import (
    WORD,
    Concept,
    Words,
    folded,
    is_within,
    plain_words,
    stem,
    stems_of,
    times_in,
)

TITLE, HEADING, KEY, BODY = 8.0, 3.0, 2.0, 1.0  # what a hit is worth, by its place
ASIDE = 0.3  # a picture told in words, however often it says so
ON_THE_WAY = 1.25  # pages of a stage of the patient's way come before others that say as much


class Within(NamedTuple):
    """What stands in a page: its passages, each with the stems of its words; and for each word
    those that hold it, in themselves or in a heading above, as a number with a bit for each."""

    passages: "Passages"
    near: Mapping[str, int]


class Read:
    """A published page with the stems of its words. `key` is its publication's, `counts` tells how
    often each word stands in the headings, the key words, the body and the asides. What stands in
    it is asked for when it is needed: of most pages that a search weighs it never is."""

    def __init__(
        self,
        *,
        key: int,
        section: str,
        slug: str,
        stage: str,
        title: str,
        names: Words,
        headings: list[Words],
        stems: frozenset[str],
        counts: Mapping[str, Mapping[str, int]],
        read_within: Callable[[], Within],
    ) -> None:
        self.key, self.section, self.slug, self.stage = key, section, slug, stage
        self.title, self.names, self.headings = title, names, headings
        self.stems, self.counts = stems, counts
        self._within: Within | None = None
        self._read_within: Callable[[], Within] | None = read_within

    @property
    def within(self) -> Within:
        """Read at first use; then what it is read from is let go, last of all, as others may ask at
        the same time."""
        read = self._read_within
        if self._within is None and read is not None:
            self._within = read()
            self._read_within = None
        assert self._within is not None  # noqa: S101 - let go of only once it was read
        return self._within

    @property
    def passages(self) -> "Passages":
        return self.within.passages

    @property
    def near(self) -> Mapping[str, int]:
        return self.within.near


def read_payload(key: int, stored: StoredPayload) -> tuple[Read, frozenset[str]]:
    """The page, and all its words."""
    page = reading(stored)
    payload: Mapping[str, Any] = readable(stored) or {}
    texts = [*page.names, *page.headings, *(passage.text for passage in page.passages)]
    texts += [f"{term['term']} {term['definition']}" for term in payload.get("terms", [])]
    words = frozenset(folded(word) for text in texts for word in WORD.findall(text))
    headings = [text_stems(heading) for heading in page.headings]
    passages = [(passage, text_stems(passage.text)) for passage in page.passages]
    read = Read(
        key=key,
        section=payload.get("section", ""),
        slug=payload.get("slug", ""),
        stage=payload.get("stage", ""),
        title=page.title,
        names=text_stems("\n".join(page.names)),
        headings=headings,
        stems=frozenset(stem(word) for word in words),
        counts={
            "heading": dict(Counter(word for words in headings for word in words)),
            **{kind: count_of(of(passages, kind)) for kind in KINDS},
        },
        read_within=lambda: Within(passages, near_words(passages)),
    )
    return read, words


Passages = Sequence[tuple[Passage, Words]]
KINDS: dict[str, Callable[[Passage], bool]] = {
    "key": lambda passage: passage.is_key,
    "aside": lambda passage: passage.is_aside,
    "body": lambda passage: not (passage.is_key or passage.is_aside),
}


def of(passages: Passages, kind: str) -> list[tuple[Passage, Words]]:
    return [(passage, words) for passage, words in passages if KINDS[kind](passage)]


def count_of(passages: Passages) -> dict[str, int]:
    return dict(Counter(word for _, said in passages for word in said))


def near_words(passages: Passages) -> dict[str, int]:
    near: dict[str, int] = {}
    for number, (passage, words) in enumerate(passages):
        for word in {*words, *heading_stems(passage.under), *section_stems(passage.anchor)}:
            near[word] = near.get(word, 0) | 1 << number
    return near


def text_stems(text: str) -> Words:
    """The place of each stem is the place of its word in the text."""
    return tuple(stem(folded(word)) for word in WORD.findall(with_the_number(text, "")))


@lru_cache(maxsize=5_000)
def heading_stems(heading: str) -> Words:
    """Read once, though each passage under it asks."""
    return text_stems(heading)


@lru_cache(maxsize=5_000)
def section_stems(anchor: str) -> Words:
    return stems_of(plain_words(anchor))


def phrases_of(page: Read, concept: Concept) -> list[Words]:
    """Of the ways to say it those whose words all stand somewhere on the page."""
    return [phrase for phrase in concept.stems if page.stems.issuperset(phrase)]


def worth(page: Read, concept: Concept) -> float:
    """How much of a page is about a concept: its title first, then headings and key words."""
    phrases = phrases_of(page, concept)
    if not phrases:
        return 0.0

    def hits(kind: str) -> int:
        return sum(times_on(page, kind, phrase) for phrase in phrases)

    return (
        TITLE * any(is_within(phrase, page.names) for phrase in phrases)
        + HEADING * math.log2(1 + hits("heading"))
        + KEY * math.log2(1 + hits("key"))
        + BODY * math.log2(1 + hits("body"))
        + ASIDE * bool(hits("aside"))
    )


def times_on(page: Read, kind: str, phrase: Words) -> int:
    """How often a phrase stands in one kind of text. Of one word that is counted already."""
    count = page.counts[kind]
    if len(phrase) == 1:
        return count.get(phrase[0], 0)
    if not all(word in count for word in phrase):
        return 0
    texts: Iterable[Words] = page.headings
    if kind != "heading":
        holding = (page.passages[number] for number in holding_all(page, phrase))
        texts = (words for passage, words in holding if KINDS[kind](passage))
    return sum(times_in(text, phrase) for text in texts)


def holding_all(page: Read, words: Words) -> list[int]:
    """The passages that may hold all these words: no other has to be read."""
    near = -1
    for word in words:
        near &= page.near.get(word, 0)
    return numbers_in(near)


def holding_any(page: Read, words: Iterable[str]) -> list[int]:
    """The passages that hold one of these words, or stand under it."""
    near = 0
    for word in words:
        near |= page.near.get(word, 0)
    return numbers_in(near)


def numbers_in(bits: int) -> list[int]:
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


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
