"""Which page answers best what is often asked, chosen by hand where words alone mislead.

People name one thing in many words, so words that say the same are read as one here: "op" and
"surgery", "sore" and "pain" (`same_words.toml`).
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conditions.search.wording import (
    STOP_WORDS,
    Words,
    bare,
    is_within,
    plain_words,
    stem,
    stems_of,
)

FILES = [Path(__file__).with_name(f"{name}.toml") for name in ("first_answers", "passages_asked")]
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
def said() -> dict[str, dict[str, str]]:
    """What both files say of each page or passage."""
    all_of_it: dict[str, dict[str, str]] = {}
    for file in FILES:
        for page, kinds in tomllib.loads(file.read_text(encoding="utf-8")).items():
            known = all_of_it.setdefault(page, {})
            for kind, text in kinds.items():
                apart = " " if kind == "words" else ", "
                known[kind] = f"{known[kind]}{apart}{text}" if kind in known else text
    return all_of_it


@cache
def same_words() -> dict[str, str]:
    """For the stem of each word the stem of the one that is read in its place."""
    groups = tomllib.loads(SAME_WORDS.read_text(encoding="utf-8"))
    return {
        stem(word): stem(meaning)
        for meaning, words in groups.items()
        for word in plain_words(words)
    }


@cache
def said_otherwise() -> dict[str, frozenset[str]]:
    """For each meaning the stems of all words that have it."""
    alike: dict[str, set[str]] = {}
    for word, meaning in same_words().items():
        alike.setdefault(meaning, {meaning}).add(word)
    return {meaning: frozenset(words) for meaning, words in alike.items()}


def same_meaning(stemmed: str) -> str:
    return same_words().get(stemmed, stemmed)


def meanings(words: Iterable[str]) -> Words:
    return tuple(same_meaning(stem(word)) for word in words)


@cache
def says_little() -> frozenset[str]:
    return frozenset(stem(word) for word in STOP_WORDS)


@cache
def chosen() -> Chosen:
    kinds = Chosen({}, {}, {})
    for page, phrases in said().items():
        for kind, known in zip(Chosen._fields, kinds, strict=True):
            for phrase in filter(str.strip, phrases.get(kind, "").split(",")):
                known[meanings(plain_words(phrase))] = page
    return kinds


@cache
def words_asked_with() -> dict[str, Words]:
    """The single words that speak for each page, by their meanings."""
    return {page: meanings(plain_words(kinds.get("words", ""))) for page, kinds in said().items()}


@cache
def asked_of_passages(page: str) -> dict[Words, frozenset[str]]:
    """For the first words of each passage of a page that is chosen by hand, the meanings of all
    words that people ask for it with."""
    return {
        stems_of(plain_words(name.partition("#")[2])): frozenset(
            meanings(word for text in kinds.values() for word in plain_words(text))
        )
        - says_little()
        for name, kinds in said().items()
        if name.startswith(f"{page}#")
    }


def pages_named() -> set[str]:
    return {page.partition("#")[0] for kind in chosen() for page in kind.values()}


def words_named() -> set[str]:
    """Every word that a search is known to ask with, for the mending of spelling."""
    texts = [SAME_WORDS.read_text(encoding="utf-8")]
    for phrases in said().values():
        texts += phrases.values()
    return {word for text in texts for word in plain_words(text)}


@cache
def weights() -> dict[str, float]:
    """What each word of a phrase counts for: less, the more pages are asked for with it."""
    pages: dict[str, set[str]] = {}
    for phrase, page in [*chosen().within.items(), *chosen().together.items()]:
        for word in phrase:
            pages.setdefault(word, set()).add(page.partition("#")[0])
    return {
        word: len(asked_with) ** -0.5 * (LITTLE if word in says_little() else 1)
        for word, asked_with in pages.items()
    }


def words_read(query: str) -> tuple[list[str], Words, Words]:
    """The words of a query, their meanings, and the meanings of those that say something."""
    words = plain_words(bare(query))
    return words, meanings(words), meanings(word for word in words if word not in STOP_WORDS)


def first_answer_to(query: str) -> str:
    """`section/slug` of the page chosen for a query, with `#words` of the passage where one of
    them is the answer; empty where none is.

    The page whose phrases take in the words that say most wins; of two that say as much, the one
    with a phrase side by side, then the one whose words begin first.
    """
    _, typed, telling = words_read(query)
    known = chosen()
    if page := known.whole.get(typed) or known.whole.get(telling):
        return page
    scores = scores_of_phrases(typed, telling)
    return max(scores, default="", key=scores.__getitem__)


def is_asked_for(page: str, query: str) -> bool:
    """Whether all of a query, or a phrase of several words in it, asks for a page that was chosen
    by hand. One word in it may be about many things."""
    _, typed, telling = words_read(query)
    known = chosen()
    names = {
        kind.get(said, "") for said in (typed, telling) for kind in (known.whole, known.within)
    }
    held = phrases_held(known, typed, telling)
    names.update(name for phrase, name in held if len(phrase) > 1)
    return any(name.partition("#")[0] == page for name in names)


def scores_of_phrases(typed: Words, telling: Words) -> dict[str, tuple[float, int]]:
    """What the phrases of each page take in of a query, and how early their words begin."""
    by_page: dict[str, set[str]] = {}
    for phrase, page in phrases_held(chosen(), typed, telling):
        by_page.setdefault(page, set()).update(phrase)
    return {
        page: (round(sum(map(weights().__getitem__, said)), 6), -min(map(typed.index, said)))
        for page, said in by_page.items()
    }


def phrases_held(known: Chosen, typed: Words, telling: Words) -> Iterator[tuple[Words, str]]:
    """The phrases that stand in a query, each with its page."""
    there = set(typed)
    for phrase in begun_with(there, "within"):
        apart = len(phrase) > 1 and is_within(phrase, telling)
        if apart or is_within(phrase, typed):
            yield phrase, known.within[phrase]
    for phrase in begun_with(there, "together"):
        if there.issuperset(phrase):
            yield phrase, known.together[phrase]


def begun_with(words: Iterable[str], kind: str) -> list[Words]:
    """The phrases that begin with one of the words, in the order of the files."""
    known = by_first_word(kind)
    return [phrase for _, phrase in sorted(each for word in words for each in known.get(word, ()))]


@cache
def by_first_word(kind: str) -> dict[str, list[tuple[int, Words]]]:
    known: dict[str, list[tuple[int, Words]]] = {}
    for place, phrase in enumerate(getattr(chosen(), kind)):
        if phrase:
            known.setdefault(phrase[0], []).append((place, phrase))
    return known
