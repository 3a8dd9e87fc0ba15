"""Which page answers best what is often asked, chosen by hand where words alone mislead.

People name one thing in many words, so words that say the same are read as one here: "op" and
"surgery", "sore" and "pain" (`same_words.toml`).
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conditions.search.wording import OWNERSHIP, STOP_WORDS, Words, is_within, plain_words, stem

FILE = Path(__file__).with_name("first_answers.toml")
SAME_WORDS = Path(__file__).with_name("same_words.toml")
LITTLE = 0.3  # of its weight, for a word that says nothing by itself


class Chosen(NamedTuple):
    """`section/slug` of a page, with `#words` where one passage of it is
    meant, by the meanings of a phrase: all of a query, words that
    stand in it side by side, and words that stand in it anywhere."""

    whole: dict[Words, str]
    within: dict[Words, str]
    together: dict[Words, str]


@cache
def same_words() -> dict[str, str]:
    """For the stem of each word the stem of the one that is read in its place."""
    groups = tomllib.loads(SAME_WORDS.read_text(encoding="utf-8"))
    return {
        stem(word): stem(meaning)
        for meaning, words in groups.items()
        for word in plain_words(words)
    }


def meanings(words: Iterable[str]) -> Words:
    same = same_words()
    return tuple(same.get(stem(word), stem(word)) for word in words)


@cache
def chosen() -> Chosen:
    kinds = Chosen({}, {}, {})
    for page, phrases in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for kind, known in zip(Chosen._fields, kinds, strict=True):
            for phrase in filter(str.strip, phrases.get(kind, "").split(",")):
                known[meanings(plain_words(phrase))] = page
    return kinds


def pages_named() -> set[str]:
    return {page.partition("#")[0] for kind in chosen() for page in kind.values()}


def words_named() -> set[str]:
    """Every word that a search is known to ask with, for the mending of spelling."""
    texts = [SAME_WORDS.read_text(encoding="utf-8")]
    for phrases in tomllib.loads(FILE.read_text(encoding="utf-8")).values():
        texts += phrases.values()
    return {word for text in texts for word in plain_words(text)}


@cache
def weights() -> dict[str, float]:
    """What each word of a phrase counts for: less, the more pages are asked for with it."""
    pages: dict[str, set[str]] = {}
    for phrase, page in [*chosen().within.items(), *chosen().together.items()]:
        for word in phrase:
            pages.setdefault(word, set()).add(page.partition("#")[0])
    little = {stem(word) for word in STOP_WORDS}
    return {
        word: len(asked_with) ** -0.5 * (LITTLE if word in little else 1)
        for word, asked_with in pages.items()
    }


def first_answer_to(query: str) -> str:
    """`section/slug` of the page chosen for a query, with `#words` of the passage where one of
    them is the answer; empty where none is.

    The page whose phrases take in the words that say most wins; of two that say as much, the one
    with a phrase side by side, then the one whose words begin first.
    """
    words = plain_words(OWNERSHIP.sub("", query))
    typed = meanings(words)
    telling = meanings(word for word in words if word not in STOP_WORDS)
    known = chosen()
    if page := known.whole.get(typed) or known.whole.get(telling):
        return page
    by_page: dict[str, set[str]] = {}
    for phrase, page in phrases_held(known, typed, telling):
        by_page.setdefault(page, set()).update(phrase)

    def says(page: str) -> tuple[float, int]:
        said = by_page[page]
        return round(sum(map(weights().__getitem__, said)), 6), -min(map(typed.index, said))

    return max(by_page, default="", key=says)


def phrases_held(known: Chosen, typed: Words, telling: Words) -> Iterator[tuple[Words, str]]:
    """The phrases that stand in a query, each with its page."""
    for phrase, page in known.within.items():
        apart = len(phrase) > 1 and is_within(phrase, telling)
        if apart or is_within(phrase, typed):
            yield phrase, page
    for phrase, page in known.together.items():
        if set(typed).issuperset(phrase):
            yield phrase, page
