"""The mirror for prose: how long, how even, how hard, and what stands nearly the same elsewhere.

It looks at starter pages, and it is a mirror, not a target: where it and a good sentence disagree,
the sentence stands.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import mean, pstdev
from typing import Any, NamedTuple

from conditions.blocks.kind import Role
from conditions.blocks.registry import BLOCK_OF_KIND
from conditions.citing.marks import BRACKET, USUAL
from conditions.publishing.readability import LONG, WORD, grade_of, sentences

SHORT = 6  # words; fewer make a short sentence
ALIKE = 0.6  # the part of its runs of words that a near-repeat shares with another page's sentence
RUN = 4  # words
WHOLE = re.compile(r"[.!?]['’”)]*$")  # headings and items of a list may be no sentences
SPACE_BEFORE_SIGN = re.compile(r" ([.,;:!?<])")  # where a mark was taken out
ASK = re.compile(r"\bask\b", re.IGNORECASE)
HOMEWORK = re.compile(
    r"\bwe (?:have|could|did|do) not\b|\bwe have no\b|\bnot been checked\b|\bwe do not know\b",
    re.IGNORECASE,
)
IN_LINES = {"lines", "rows"}
ELSEWHERE = {"passage"}  # words that stand once, whatever pages show them
LATER = {"layer"}  # closed on screen
PLACEHOLDER = "{emergency}"


class Prose(NamedTuple):
    """The sentences of a page; `first` are those that stand open on screen."""

    name: str
    all: list[str]
    first: list[str]
    warnings: list[str]

    @property
    def whole(self) -> list[str]:
        return [sentence for sentence in self.all if WHOLE.search(sentence)]


class Measures(NamedTuple):
    """`spread`: the standard deviation of sentence lengths in words. Parts are from 0 to 1."""

    words: int
    first_words: int
    sentences: int
    mean: float
    spread: float
    short: float
    long: int
    grade: float
    warning_grade: float
    asks: int
    homework: list[str]


def prose_of(name: str, page: Mapping[str, Any]) -> Prose:
    """Of a page as its starter file holds it."""
    blocks = [block for block in page["blocks"] if block["kind"] not in ELSEWHERE]

    def words(chosen: Iterable[Mapping[str, Any]]) -> list[str]:
        return [sentence for block in chosen for sentence in sentences(html_of(block))]

    return Prose(
        name,
        words(blocks),
        words(block for block in blocks if block["kind"] not in LATER),
        words(block for block in blocks if block["kind"] == "care_card"),
    )


def html_of(block: Mapping[str, Any]) -> str:
    """The words of a block for readers, each plain text as a paragraph."""
    kind = BLOCK_OF_KIND[block["kind"]]
    unread = kind.parts_that_are(Role.MARK, Role.CITED) | {"kind", "alt", "long_description"}
    unread |= {"illustration", "instructs"}
    parts: list[str] = []
    for name, value in block.items():
        if name not in unread and isinstance(value, str):
            texts = value.splitlines() if name in IN_LINES else [value]
            parts += [t if t.lstrip().startswith("<") else f"<p>{t}</p>" for t in texts]
    return without_marks("".join(parts)).replace(PLACEHOLDER, "000")


def without_marks(text: str) -> str:
    """A file names its sources by their usual codes."""

    def kept(match: re.Match[str]) -> str:
        is_mark = all(USUAL.fullmatch(code.strip()) for code in match[1].split(","))
        return "" if is_mark else match[0]

    return SPACE_BEFORE_SIGN.sub(r"\1", BRACKET.sub(kept, text)).rstrip(" ")


def measured(pages: Iterable[Prose]) -> Measures:
    found = list(pages)
    whole = [sentence for page in found for sentence in page.whole]
    lengths = [count(sentence) for sentence in whole] or [0]
    return Measures(
        words=sum(count(s) for page in found for s in page.all),
        first_words=sum(count(s) for page in found for s in page.first),
        sentences=len(whole),
        mean=mean(lengths),
        spread=pstdev(lengths),
        short=sum(length < SHORT for length in lengths) / len(lengths),
        long=sum(length > LONG for length in lengths),
        grade=grade_of(whole),
        warning_grade=grade_of([s for page in found for s in page.warnings]),
        asks=sum(bool(ASK.search(sentence)) for sentence in whole),
        homework=[sentence for sentence in whole if HOMEWORK.search(sentence)],
    )


def count(sentence: str) -> int:
    return len(WORD.findall(sentence))


class Repeat(NamedTuple):
    sentence: str
    page: str
    other: str


def repeats(chosen: Iterable[Prose], every: Iterable[Prose]) -> tuple[list[Repeat], int]:
    """Sentences of the chosen pages that nearly stand on another page, and of how many."""
    told = [(p.name, s, runs(s)) for p in every for s in p.all if count(s) >= SHORT]
    places: dict[tuple[str, ...], set[int]] = {}
    for place, (_, _, found) in enumerate(told):
        for run in found:
            places.setdefault(run, set()).add(place)
    names = {page.name for page in chosen}
    mine = [one for one in told if one[0] in names]
    twins: list[Repeat] = []
    for name, sentence, found in mine:
        shared = Counter(n for run in found for n in places[run] if told[n][0] != name)
        near = [n for n, many in shared.items() if many >= ALIKE * max(len(told[n][2]), len(found))]
        twins += [Repeat(sentence, name, told[near[0]][0])] if near else []
    return twins, len(mine)


def runs(sentence: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in WORD.findall(sentence)]
    return {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}
