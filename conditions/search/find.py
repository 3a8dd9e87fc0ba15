"""Search over what the public reads now: find, rank, quote, explain, suggest.

The database narrows down (`index.py`); what was published of those pages is then read (`site/`) and
ranked here, so that both databases give the same pages in the same order, and every word that a
search shows was published.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from conditions.models import Publication, Synonym
from conditions.payloads import TermPayload, readable
from conditions.search import index
from conditions.search.answering import best_passage, quoted, text_of
from conditions.search.direct import words_asked
from conditions.search.first import (
    Found,
    first_of,
    found_first,
    of_no_list,
    page_meant,
    shown,
    words_chosen,
)
from conditions.search.first_answers import first_answer_to, words_named
from conditions.search.nearest import Near, read_words
from conditions.search.ranking import Read, ranked
from conditions.search.site.live import Live, Version, live_now
from conditions.search.site.pages import known_pages, read_pages
from conditions.search.site.passages import reading
from conditions.search.site.spelling import Vocabulary, mended
from conditions.search.site.words import vocabulary
from conditions.search.wording import (
    LONGEST_QUERY,
    WORD,
    Asked,
    Concept,
    Words,
    folded,
    is_within,
    plain_words,
    read_query,
    stem,
    stems_of,
)

MOST_READ = 50  # of the pages that the database finds, so many are read and ranked
MOST_SHOWN = 20
MOST_TERMS = 3
A_FEW_WORDS = 4  # of more, whatever is unknown is seldom what somebody wants to know
HALVES = re.compile(r"(?<![^\W_])([^\W_]{4,})[ -](?=([^\W_]{4,}))")  # of a word that somebody split
LITTLE = 2  # with so few pages a slip of the pen is looked for
GLOSSARY = "site/glossary"
ASK_MEANING = frozenset(map(stem, plain_words("mean meaning means define definition explain word")))


class Answer(NamedTuple):
    """What a search found. `has_all` is false when no page holds every word.

    `total` is the number of pages, `found` the best of them. `unknown` are those of a few words
    that no page names, so that nobody takes what is shown for an answer about them. `terms` are
    entries of the glossary that is live. `suggestion` is the query with mended words; empty when
    nothing needs mending. `typed` is what stood there where the suggestion was searched for
    instead; else empty.
    """

    asked: Asked
    total: int = 0
    found: Sequence[Found] = ()
    has_all: bool = True
    terms: Sequence[TermPayload] = ()
    suggestion: str = ""
    typed: str = ""
    unknown: Sequence[str] = ()

    @property
    def explains_first(self) -> bool:
        """Who asks for one thing, or what one word means, wants its meaning; a whole question wants
        the page's answer."""
        return len(self.asked.concepts) == 1 or any(
            is_all_asked(form, self.asked) for term in self.terms for form in forms_of(term)
        )


def add(publication: Publication) -> None:
    """Index what was just published, in the same transaction. A withdrawal has no words."""
    if publication.payload:
        index.index_of().add(publication.pk, reading(publication.payload).columns)


def remove(publication: Publication) -> None:
    """Forget the words of a publication that was redacted."""
    index.index_of().remove(publication.pk)


def rebuild() -> int:
    """Make the index again from what was published. Returns how many publications it holds."""
    index.index_of().create()
    publications = Publication.objects.exclude(payload={}).only("payload")
    for publication in publications:
        add(publication)
    return len(publications)


def search(query: str, *, emergency_number: str, as_typed: bool = False) -> Answer:
    """The live pages that answer a query, best first, whatever a person typed.

    A query with words that the site does not know is mended and searched at once, unless somebody
    asks for it as it was typed.
    """
    answer = answer_to(query, emergency_number=emergency_number, as_typed=as_typed)
    if as_typed or (answer.has_all and answer.total) or not answer.suggestion:
        return answer
    better = answer_to(answer.suggestion, emergency_number=emergency_number)
    is_clearer = better.has_all or len(better.unknown) < len(answer.unknown)
    is_better = better.total and (is_clearer or not answer.total)
    if is_better:
        return better._replace(typed=query, suggestion=answer.suggestion)
    return answer if better.total else answer._replace(suggestion="")  # it would lead nowhere


def answer_to(query: str, *, emergency_number: str, as_typed: bool = False) -> Answer:
    groups = [synonym.all() for synonym in Synonym.objects.all()]
    asked = read_query(query, groups)
    if not asked.concepts:
        return Answer(asked)
    live = live_now()
    pages, rarity, total, has_all = matching(asked, live)
    is_by_hand = first_answer_to(query).partition("#")[0] in live.by_name
    is_clear = is_by_hand and total > LITTLE
    better = mended_query(query, groups, vocabulary(live), known_pages(live).near)
    typed = query if as_typed else better or query
    few = of_no_list(pages)
    chosen = page_meant(typed, few, live)
    first = first_of(chosen, typed, asked, rarity, few, live)
    if first:
        others = [page for page in pages if page.key != first.page.key]
        has_all = is_by_hand or (has_all and bool(pages))
        total += len(others) == len(pages)
        pages = others
    found = [found_on(page, asked, rarity, emergency_number) for page in pages[:MOST_SHOWN]]
    if first:
        meant = words_chosen(chosen)
        found = [found_first(first, meant, asked, rarity, emergency_number), *found]
        del found[MOST_SHOWN:]
    unknown = unknown_words(asked, live) if total else []
    is_enough = is_clear or (has_all and total > LITTLE)
    suggestion = "" if is_enough and not unknown else better
    has_all = has_all and not unknown
    return Answer(
        asked, total, found, has_all, explained(asked, live), suggestion=suggestion, unknown=unknown
    )


def found_on(page: Read, asked: Asked, rarity: Sequence[float], emergency_number: str) -> Found:
    passage, with_heading = best_passage(
        page, asked.concepts, rarity, asks_number=asked.asks_number
    )
    text = text_of(passage, with_heading=with_heading, emergency_number=emergency_number)
    return shown(page, passage, quoted(text, asked.concepts, rarity))


def unknown_words(asked: Asked, live: Live) -> list[str]:
    """Of a query of few words those that no page names, and that nobody is known to ask with,
    where the others are on some page."""
    if len(asked.concepts) > A_FEW_WORDS:
        return []
    missing = [concept for concept in asked.concepts if not holders_of(concept, live)]
    if len(missing) == len(asked.concepts):
        return []
    asked_with = stems_named()
    return [
        " ".join(concept.phrases[0])
        for concept in missing
        if asked_with.isdisjoint(word for phrase in concept.stems for word in phrase)
    ]


@cache
def stems_named() -> frozenset[str]:
    return frozenset(stem(word) for word in words_named() | words_asked())


def matching(asked: Asked, live: Live) -> tuple[list[Read], list[float], int, bool]:
    """Pages with every word; failing that, pages with some. Also how rare each concept is."""
    rarity = [rarity_of(concept, live) for concept in asked.concepts]
    for every in (True, False):
        keys, total = index.find(asked.concepts, live.keys, every=every, most=MOST_READ)
        pages = read_pages([live.versions[key] for key in keys], live)
        best = ranked(pages, asked.concepts, rarity, every=every)
        if best:
            return best, rarity, len(best) if total <= MOST_READ else total, every
    return [], rarity, 0, True


def holders_of(concept: Concept, live: Live) -> int:
    """On how many pages it stands, as the database says."""
    known = live.holders.get(concept)
    if known is None:
        holding = index.index_of().holding([concept], every=True)
        known = live.count(concept, len(live.keys.intersection(holding)))
    return known


def rarity_of(concept: Concept, live: Live) -> float:
    """1 for a concept that stands on every page, more the fewer pages hold it."""
    return math.log2(1 + len(live.keys) / max(holders_of(concept, live), 1))


def explained(asked: Asked, live: Live) -> list[TermPayload]:
    """The entries of the live glossary that the query names, by any of their forms: first the one
    that is all that was asked for."""
    version = live.by_name.get(GLOSSARY)
    if version is None:
        return []
    whole = stems_of(asked.words)
    phrases = {phrase for concept in asked.concepts for phrase in concept.stems}

    def is_named(forms: Sequence[Words]) -> bool:
        return any(form in phrases or (form and is_within(form, whole)) for form in forms)

    named = [(term, forms) for term, forms in terms_of(version) if is_named(forms)]
    named.sort(key=lambda known: not any(is_all_asked(form, asked) for form in known[1]))
    return [term for term, _ in named][:MOST_TERMS]


def is_all_asked(form: Words, asked: Asked) -> bool:
    """Whether nothing else was asked for than a word, or its meaning."""
    return form == tuple(word for word in stems_of(asked.words) if word not in ASK_MEANING)


@lru_cache(maxsize=2)
def terms_of(version: Version) -> list[tuple[TermPayload, list[Words]]]:
    """Each entry of a glossary, with the stems of its forms."""
    page = readable(Publication.objects.values_list("payload", flat=True).get(pk=version.key))
    return [(term, forms_of(term)) for term in (page.get("terms", []) if page else [])]


def forms_of(term: TermPayload) -> list[Words]:
    return [stems_of(plain_words(form)) for form in [term["term"], *term["variants"]]]


def joined(query: str, known: Vocabulary) -> str:
    """With a word of the site that somebody split: “sacro iliac” is one word."""

    def one_word(halves: re.Match[str]) -> str:
        whole = halves[1] + halves[2]
        return halves[1] if stem(folded(whole)) in known.stems else halves[0]

    return HALVES.sub(one_word, query)


def fitness_for(others: Sequence[str], near: Near) -> Callable[[str], float]:
    """How well a word fits these others: whether the same passages, or the questions of these, hold
    them."""

    def passages(words: Iterable[str]) -> list[set[int]]:
        places = [near.place.get(word) for word in read_words(map(stem, words))]
        return [set(near.holders.whom_of(place)) for place in places if place is not None]

    def fits(word: str) -> float:
        both = [(mine, held) for mine in passages([word]) for held in passages(others)]
        shares = (len(mine & held) / (len(mine) * len(held)) ** 0.5 for mine, held in both if held)
        return sum(shares)

    return fits


def mended_query(query: str, groups: Sequence[Sequence[str]], known: Vocabulary, near: Near) -> str:
    """The query with the nearest published word for each word that the site does not know; of
    several as near the one that is asked with the other words: “cloting” beside “clexane”."""
    fits = fitness_for(plain_words(query), near)
    alike = {stem(word) for group in groups for words in group for word in plain_words(words)}

    def mend(typed: str) -> str:
        word = folded(typed)
        return typed if stem(word) in alike else mended(word, known, fits) or typed

    query = " ".join(query[:LONGEST_QUERY].split())
    better = joined(WORD.sub(lambda match: mend(match[0]), query), known)
    return better if better != query else ""
