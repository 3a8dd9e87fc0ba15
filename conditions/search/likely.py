"""Which page a person most likely means, in words that nobody foresaw.

Three things speak for a page: the words that people are known to ask for it with
(`first_answers.toml`), the words that stand on it, and the situation that a person tells of:
somebody pregnant, or after an operation, means a page about that, whatever else they ask
(`situations.toml`).
"""

import math
import tomllib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conditions.search.first_answers import (
    LITTLE,
    begun_with,
    chosen,
    meanings,
    said_otherwise,
    same_meaning,
    says_little,
    scores_of_phrases,
    words_asked_with,
    words_read,
)
from conditions.search.ranking import Read, holding_any
from conditions.search.wording import Words, is_within, plain_words

# All of the first go before those of the second, which are calm.
FILE, CALM = (Path(__file__).with_name(f"{name}.toml") for name in ("situations", "calm_answers"))
# Beside one of these no calm answer stands before all weighing: what is told of may be a sign.
SIGNS = """
numb weak wee poo fever swollen calf saddle chest breath breathe breathing breathless faint suicide
suicidal urgent emergency bleeding ooze incontinent incontinence paralysed collapsed purple sepsis
"""
BY_HAND = (
    4.0  # what the words of a phrase chosen by hand count for, beside words that happen to fit
)
ASKED = 1.5  # what words count for that people ask with
OF_A_PASSAGE = 0.15  # of a phrase that asks for one passage, so that a page of many does not win
ON_THE_PAGE = 0.5  # what words count for that stand on a page
A_QUESTION = 3  # words, at least
SURE = 14  # what somebody tells of who means one page, whatever else they ask: a pregnancy
UNSURE = 0.5  # with this much doubt is a word read that is seldom asked with
TITLE, HEADING, PASSAGE = 4.0, 1.0, 0.2
NO_ANSWER = {"home", "glossary", "team"}  # found by other ways


class Likely(NamedTuple):
    """For each word what it says for each of the pages, in their order; and how much of it stands
    on all of them."""

    pages: tuple[str, ...]
    weights: Mapping[str, "array[float]"]
    on_pages: Mapping[str, float]


class Situation(NamedTuple):
    """`asked` are words that tell of it, anywhere in a query; with `unless` it is another one.
    Where one of `also` is told of too, `answer` is the passage to read."""

    asked: tuple[Words, ...]
    unless: tuple[Words, ...]
    pages: Mapping[str, float]
    also: tuple[Words, ...] = ()
    answer: str = ""
    is_calm: bool = False

    def is_told(self, typed: set[str]) -> bool:
        def holds(known: tuple[Words, ...]) -> bool:
            return any(typed.issuperset(phrase) for phrase in known)

        has_both = holds(self.asked) and (not self.also or holds(self.also))
        return has_both and not holds(self.unless) and not (self.is_calm and typed & signs())


@cache
def signs() -> frozenset[str]:
    return frozenset(meanings(plain_words(SIGNS)))


@cache
def situations() -> list[Situation]:
    return [*read_situations(FILE), *read_situations(CALM)]


def read_situations(file: Path) -> list[Situation]:
    told = tomllib.loads(file.read_text(encoding="utf-8")).values()
    return [
        Situation(
            phrases(kind["asked"]),
            phrases(kind.get("unless", "")),
            kind.get("pages", {}),
            phrases(kind.get("also", "")),
            kind.get("answer", ""),
            is_calm=file == CALM,
        )
        for kind in told
    ]


def phrases(text: str) -> tuple[Words, ...]:
    return tuple(meanings(plain_words(phrase)) for phrase in text.split(",") if phrase.strip())


def likely_of(pages: Iterable[Read]) -> Likely:
    """What each word says for each page. Made once for one version of the site."""
    read = [page for page in pages if page.slug not in NO_ANSWER]
    names = tuple(f"{page.section}/{page.slug}" for page in read)
    asked = asked_with({name: number for number, name in enumerate(names)})
    stands = [words_on(page) for page in read]
    weights: dict[str, array[float]] = {}
    totals: dict[str, float] = {}
    for counts, factor in ((asked, ASKED), (stands, ON_THE_PAGE)):
        totals = {}
        for count in counts:
            for word, times in count.items():
                totals[word] = totals.get(word, UNSURE) + math.log(1 + times)
        for number, count in enumerate(counts):
            for word, times in count.items():
                row = weights.setdefault(word, array("f", bytes(4 * len(names))))
                share = math.log(1 + times) / totals[word]
                row[number] += factor * math.log(1 + len(names) * share)
    for word in weights.keys() & says_little():
        weights[word] = array("f", (LITTLE * value for value in weights[word]))
    return Likely(names, weights, totals)


def worth_of_others(
    pages: Iterable[Read], typed: Iterable[str], likely: Likely
) -> dict[str, float]:
    """What the words of a query say for pages that no list knows, each as if the site had those of
    the lists and this one. Those it says nothing for are left out."""
    number = len(likely.pages) + 1
    worths: dict[str, float] = {}
    for page in pages:
        name, worth = f"{page.section}/{page.slug}", 0.0
        for word in dict.fromkeys(typed):
            stands = math.log(1 + times_on(page, word))
            share = stands / (likely.on_pages.get(word, UNSURE) + stands)
            little = LITTLE if word in says_little() else 1.0
            worth += little * ON_THE_PAGE * math.log(1 + number * share)
        if worth:
            worths[name] = worth
    return worths


def times_on(page: Read, word: str) -> float:
    """As `words_on` counts it, for one word alone."""
    alike = said_otherwise().get(word, frozenset((word,)))

    def holds(words: Words) -> bool:
        return not alike.isdisjoint(words)

    near = (page.passages[number] for number in holding_any(page, alike))
    return (
        TITLE * holds(page.names)
        + HEADING * sum(map(holds, page.headings))
        + PASSAGE * sum(holds(words) for passage, words in near if not passage.is_aside)
    )


def asked_with(place: Mapping[str, int]) -> list[dict[str, float]]:
    """How often each page is asked for with each word. A phrase counts as much as one word."""
    counts: list[dict[str, float]] = [{} for _ in place]
    for kind in chosen():
        for phrase, page in kind.items():
            name, _, passage = page.partition("#")
            times = (OF_A_PASSAGE if passage else 1) * len(phrase) ** -0.5
            for word in phrase if name in place else ():
                count = counts[place[name]]
                count[word] = count.get(word, 0) + times
    for page, words in words_asked_with().items():
        if page in place:
            for word in words:
                count = counts[place[page]]
                count[word] = count.get(word, 0) + 1
    return counts


def words_on(page: Read) -> dict[str, float]:
    counts: dict[str, float] = {}
    texts = [(page.names, TITLE), *((heading, HEADING) for heading in page.headings)]
    texts += [(words, PASSAGE) for passage, words in page.passages if not passage.is_aside]
    for words, worth in texts:
        for word in set(map(same_meaning, words)):
            counts[word] = counts.get(word, 0) + worth
    return counts


def likeliest(query: str, likely: Likely, others: Iterable[Read] = ()) -> str:
    """`section/slug` of a page, with `#words` where a passage of it was chosen by hand. `others`
    are pages that no list knows and that hold some of the query."""
    _, typed, telling = words_read(query)
    known = chosen().whole
    if page := known.get(typed) or answer_of_situation(set(typed), likely):
        return page
    if (page := passage_of_words(typed)) and not is_about_another(page, typed):
        return page
    if page := known.get(telling, ""):
        return page
    by_hand = scores_of_phrases(typed, telling)
    by_words = worth_of_others(others, typed, likely)
    if not by_hand and not by_words and not any(word in likely.weights for word in telling):
        return ""
    best = with_phrases(scores(typed, likely) | by_words, by_hand)
    return with_passage(max(best, default="", key=best.__getitem__), by_hand)


def with_phrases(
    by_page: Mapping[str, float], by_hand: Mapping[str, tuple[float, int]]
) -> dict[str, tuple[float, int]]:
    """What speaks for each page, and for each passage that a phrase asks for."""
    best = {page: (score, 0) for page, score in by_page.items()}
    for page, (said, first) in by_hand.items():
        base = by_page.get(page.partition("#")[0])
        if base is not None:
            best[page] = (base + BY_HAND * said, first)
    return best


def worth_of_pages(query: str, likely: Likely, others: Iterable[Read] = ()) -> dict[str, float]:
    """What speaks for each page, phrases for one of its passages too."""
    _, typed, telling = words_read(query)
    worth: dict[str, float] = {}
    by_words = scores(typed, likely) | worth_of_others(others, typed, likely)
    both = with_phrases(by_words, scores_of_phrases(typed, telling))
    for name, (score, _) in both.items():
        page = name.partition("#")[0]
        worth[page] = max(score, worth.get(page, score))
    return worth


def passage_of_words(typed: Words) -> str:
    """The passage that is asked for in just these words, short ones and all: “how long is the
    operation” is more than “operation”."""
    for phrase in begun_with(set(typed), "within"):
        page = chosen().within[phrase]
        if len(phrase) >= A_QUESTION and "#" in page and is_within(phrase, typed):
            return page
    return ""


def is_about_another(page: str, typed: Words) -> bool:
    told = dict(told_of(set(typed)))
    return max(told.values(), default=0) >= SURE and page.partition("#")[0] not in told


def with_passage(page: str, by_hand: Mapping[str, tuple[float, int]]) -> str:
    """A page, with the passage of it whose phrases say at least half as much as its own."""
    enough = by_hand.get(page, (0.0, 0))[0] / 2
    passages = {
        name: said
        for name, said in by_hand.items()
        if name.startswith(f"{page}#") and said[0] >= enough
    }
    return max(passages, default=page, key=passages.__getitem__)


def scores(typed: Words, likely: Likely) -> dict[str, float]:
    row = [0.0] * len(likely.pages)
    for word in dict.fromkeys(typed):
        for number, value in enumerate(likely.weights.get(word, ())):
            row[number] += value
    by_page = dict(zip(likely.pages, row, strict=True))
    for page, more in told_of(set(typed)):
        if page in by_page:
            by_page[page] += more
    return by_page


def told_of(typed: set[str]) -> Iterator[tuple[str, float]]:
    for situation in situations():
        if situation.pages and situation.is_told(typed):
            yield from situation.pages.items()


def answer_of_situation(typed: set[str], likely: Likely) -> str:
    """The passage that answers whatever else is asked, if its page can be read."""
    for situation in situations():
        page = situation.answer.partition("#")[0]
        if page in likely.pages and situation.is_told(typed):
            return situation.answer
    return ""
