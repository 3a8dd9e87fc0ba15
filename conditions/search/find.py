"""Search over what the public reads now: find, rank, quote, explain, suggest.

The database narrows down (`search_index`); the published payloads themselves are then read and
ranked here, so that both databases give the same pages in the same order, and every word that a
search shows was published.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from conditions.models import Publication, Section, Synonym, address_of
from conditions.payloads import TermPayload, readable
from conditions.search.answering import (
    QUOTED_FIRST,
    Parts,
    best_passage,
    is_beside,
    is_sign,
    needs_heading,
    quoted,
    text_of,
)
from conditions.search.direct import words_asked
from conditions.search.first_answers import first_answer_to, is_asked_for, words_named
from conditions.search.index import index_of
from conditions.search.likely import NO_ANSWER, Likely, likeliest, likely_of, worth_of_pages
from conditions.search.nearest import Evidence, Near, near_of, nearness, words_asked_with
from conditions.search.passages import Passage, reading
from conditions.search.ranking import Read, ranked, read_payload
from conditions.search.spelling import Vocabulary, mended, vocabulary_of
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
from conditions.showing.held_back import as_public, shows_instructions

MOST_READ = 50  # of the pages that the database finds, so many are read and ranked
MOST_SHOWN = 20
MOST_TERMS = 3
A_FEW_WORDS = 4  # of more, whatever is unknown is seldom what somebody wants to know
HALVES = re.compile(r"(?<![^\W_])([^\W_]{4,})[ -](?=([^\W_]{4,}))")  # of a word that somebody split
# What an answer counts for that was found by the words of its page, beside one that is nearer to
# sample questions: for the page, and for the passage of it.
BY_PAGE, BY_PASSAGE = 1.5, 3.0
BESIDE = 2.0  # less for a passage that seldom answers anything
A_SIGN = 3.0  # less for a line of a list of warning signs: who tells of one is led there anyway
MOST_ALSO = 3  # further passages of the first page
ALSO_HELD, ALSO_APART = 0.3, 6.0  # what these have to hold of a query; how much worse they may be
LITTLE = 2  # with so few pages a slip of the pen is looked for

# Key and SHA-256 of each live publication, and whether its instructions may be read.
Live = tuple[tuple[int, str, bool], ...]


class Also(NamedTuple):
    """A further section of a page that may answer."""

    heading: str
    address: str


class Found(NamedTuple):
    """One page of the answer. `quote` is from a passage, and `address` leads to its heading. `also`
    are further sections of it that are near to what was asked for."""

    title: str
    section: str
    address: str
    quote: Parts
    also: Sequence[Also] = ()


class First(NamedTuple):
    """The page that is to stand first, and its passage that answers, with all that speaks for each
    passage of the site."""

    page: Read
    passage: Passage
    with_heading: bool
    evidence: Mapping[int, Evidence]


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
        """Who asks for one thing wants its meaning; a whole question wants the page's answer."""
        return len(self.asked.concepts) == 1


def add(publication: Publication) -> None:
    """Index what was just published, in the same transaction. A withdrawal has no words."""
    if publication.payload:
        index_of().add(publication.pk, reading(publication.payload).columns)


def remove(publication: Publication) -> None:
    """Forget the words of a publication that was redacted."""
    index_of().remove(publication.pk)


def rebuild() -> int:
    """Make the index again from what was published. Returns how many publications it holds."""
    index_of().create()
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
    is_by_hand = first_answer_to(query).partition("#")[0] in by_name(live)
    is_clear = is_by_hand and total > LITTLE
    better = mended_query(query, groups, vocabulary(live))
    chosen = likeliest(query if as_typed else better or query, likely(live))
    typed = query if as_typed else better or query
    first = first_of(chosen, typed, asked, rarity, live)
    if first:
        others = [page for page in pages if page.key != first.page.key]
        has_all = is_by_hand or (has_all and bool(pages))
        total += len(others) == len(pages)
        pages = others
    found = [found_on(page, asked, rarity, emergency_number) for page in pages[:MOST_SHOWN]]
    if first:
        meant = words_chosen(chosen)
        found = [found_first(first, meant, asked, rarity, live, emergency_number), *found]
        del found[MOST_SHOWN:]
    unknown = unknown_words(asked, live) if total else []
    is_enough = is_clear or (has_all and total > LITTLE)
    suggestion = "" if is_enough and not unknown else better
    has_all = has_all and not unknown
    return Answer(
        asked, total, found, has_all, explained(asked), suggestion=suggestion, unknown=unknown
    )


def found_on(page: Read, asked: Asked, rarity: Sequence[float], emergency_number: str) -> Found:
    passage, with_heading = best_passage(
        page, asked.concepts, rarity, asks_number=asked.asks_number
    )
    text = text_of(passage, with_heading=with_heading, emergency_number=emergency_number)
    return shown(page, passage.anchor, quoted(text, asked.concepts, rarity))


def found_first(
    first: First,
    meant: Words,
    asked: Asked,
    rarity: Sequence[float],
    live: Live,
    emergency_number: str,
) -> Found:
    """`meant` are words of the passage around which it is quoted."""
    page, passage, with_heading, _ = first
    around = [Concept((meant,))] if meant else []
    text = text_of(passage, with_heading=with_heading, emergency_number=emergency_number)
    quote = quoted(text, asked.concepts, rarity, around, QUOTED_FIRST)
    return shown(page, passage.anchor, quote)._replace(also=also_on(first, live))


def first_of(
    chosen: str, query: str, asked: Asked, rarity: Sequence[float], live: Live
) -> First | None:
    """The page that is to stand first, if the public can read it. A passage that was chosen by hand
    stands, and so does a warning sign; any other gives way to one that is clearly nearer to what
    was typed."""
    page = chosen_page(chosen, live)
    if page is None:
        return None
    known = near(live)
    evidence = nearness(query, known, worth_of_pages(query, likely(live))) if known.is_asked else {}
    if passage := chosen_passage(page, chosen):
        return First(page, passage, needs_heading(passage), evidence)
    passage, with_heading = best_passage(
        page, asked.concepts, rarity, loosely=True, asks_number=asked.asks_number
    )
    by_hand = is_asked_for(f"{page.section}/{page.slug}", query)
    nearest = nearest_of(evidence, page, passage, live, elsewhere=not by_hand)
    if is_sign(passage) or nearest is None or nearest[1] is passage:
        return First(page, passage, with_heading, evidence)
    page, passage = nearest
    return First(page, passage, needs_heading(passage), evidence)


def nearest_of(
    evidence: Mapping[int, Evidence], page: Read, passage: Passage, live: Live, *, elsewhere: bool
) -> tuple[Read, Passage] | None:
    """The nearest passage of all that hold more of what was typed than `passage` of `page`, which
    has a start. Not `elsewhere` than on this page, where it was chosen by hand."""
    places = places_of(live)
    held = max((said.held for n, said in evidence.items() if places[n][1] is passage), default=0.0)
    best, nearest = 0.0, None
    for number, said in evidence.items():
        its_page, its_passage = places[number]
        may_move = said.held > held and (elsewhere or its_page is page)
        if not may_move and its_passage is not passage:
            continue
        worth = said.worth + BY_PAGE * (its_page is page) + BY_PASSAGE * (its_passage is passage)
        if its_passage is not passage:
            if its_passage.is_aside:
                continue
            worth -= BESIDE * is_beside(its_passage) + A_SIGN * is_sign(its_passage)
        if worth > best:
            best, nearest = worth, (its_page, its_passage)
    return nearest


def also_on(first: First, live: Live) -> list[Also]:
    """Further sections of the first page that hold some of what was typed, the nearest first."""
    places = places_of(live)
    there = [number for number in first.evidence if places[number][0] is first.page]
    there.sort(key=lambda number: -first.evidence[number].worth)
    sections: dict[str, Also] = {}
    best = first.evidence[there[0]].worth if there else 0.0
    for number in there:
        passage, said = places[number][1], first.evidence[number]
        is_near = said.held >= ALSO_HELD and said.worth >= best - ALSO_APART
        may_answer = passage.section and not is_beside(passage)
        if is_near and may_answer and passage.anchor != first.passage.anchor:
            address = address_of(first.page.section, first.page.slug)
            also = Also(passage.section, f"{address}#{passage.anchor}")
            sections.setdefault(passage.anchor, also)
    return list(sections.values())[:MOST_ALSO]


@lru_cache(maxsize=2)
def places_of(live: Live) -> list[tuple[Read, Passage]]:
    """The passages that `near` numbers, in its order."""
    versions = by_name(live)
    pages = (read_publication(*versions[name]) for name in near(live).pages)
    return [(page, passage) for page in pages for passage, _ in page.passages]


def unknown_words(asked: Asked, live: Live) -> list[str]:
    """Of a query of few words those that no page names, and that nobody is known to ask with,
    where the others are on some page."""
    if len(asked.concepts) > A_FEW_WORDS:
        return []
    keys = tuple(version[0] for version in live)
    on_no_page = [c for c in asked.concepts if rarity_of(c, keys) >= math.log2(1 + len(keys))]
    missing = [c for c in on_no_page if not index_of().find([c], keys, every=True)]
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


def live_now() -> Live:
    rows = Publication.objects.live().with_review().defer("payload").order_by("pk")
    return tuple((row.pk, row.sha256, shows_instructions(row)) for row in rows)


def matching(asked: Asked, live: Live) -> tuple[list[Read], list[float], int, bool]:
    """Pages with every word; failing that, pages with some. Also how rare each concept is."""
    versions = {version[0]: version for version in live}
    rarity = [rarity_of(concept, tuple(versions)) for concept in asked.concepts]
    for every in (True, False):
        keys = index_of().find(asked.concepts, list(versions), every=every)
        pages = [read_publication(*versions[key]) for key in keys[:MOST_READ]]
        best = ranked(pages, asked.concepts, rarity, every=every)
        if best:
            return best, rarity, len(best) if len(keys) <= MOST_READ else len(keys), every
    return [], rarity, 0, True


def chosen_page(chosen: str, live: Live) -> Read | None:
    """The page that is to stand first, if the public can read it."""
    version = by_name(live).get(chosen.partition("#")[0])
    return read_publication(*version) if version else None


@lru_cache(maxsize=2)
def by_name(live: Live) -> dict[str, tuple[int, str, bool]]:
    """Each page of one version of the site, by `section/slug`."""
    pages = ((version, read_publication(*version)) for version in live)
    return {f"{page.section}/{page.slug}": version for version, page in pages}


def words_chosen(chosen: str) -> Words:
    return tuple(plain_words(chosen.partition("#")[2]))


def chosen_passage(page: Read, chosen: str) -> Passage | None:
    """The passage that was chosen with its page, if it still stands there."""
    words = stems_of(words_chosen(chosen))
    return next((known for known, said in page.passages if words and is_within(words, said)), None)


@lru_cache(maxsize=2_000)
def rarity_of(concept: Concept, keys: tuple[int, ...]) -> float:
    """1 for a concept that stands on every page, more the fewer pages hold it."""
    holders = len(index_of().find([concept], keys, every=True))
    return math.log2(1 + len(keys) / max(holders, 1))


@lru_cache(maxsize=300)
def read_publication(key: int, sha256: str, shows_instructions: bool) -> Read:
    """A publication never changes, so it is read once. Ask only for those that are live. The index
    knows all words; what the public does not read counts and is quoted no more from here on."""
    stored = Publication.objects.values_list("payload", flat=True).get(pk=key)
    payload = readable(stored)
    words = as_public(payload, shows_instructions=shows_instructions) if payload else stored
    return read_payload(key, words)


def shown(page: Read, anchor: str, quote: Parts) -> Found:
    section = "" if page.section == Section.SITE else Section(page.section).label
    address = address_of(page.section, page.slug)
    return Found(page.title, section, f"{address}#{anchor}" if anchor else address, quote)


def explained(asked: Asked) -> list[TermPayload]:
    """The entries of the live glossary that the query names, by any of their forms."""
    glossary = Publication.objects.live().filter(section=Section.SITE, slug="glossary").first()
    if glossary is None:
        return []
    whole = stems_of(asked.words)
    phrases = {phrase for concept in asked.concepts for phrase in concept.stems}

    def is_named(term: TermPayload) -> bool:
        forms = [stems_of(plain_words(form)) for form in [term["term"], *term["variants"]]]
        return any(form in phrases or (form and is_within(form, whole)) for form in forms)

    page = readable(glossary.payload)
    return [term for term in page.get("terms", []) if is_named(term)][:MOST_TERMS] if page else []


@lru_cache(maxsize=2)
def vocabulary(live: Live) -> Vocabulary:
    """All words of one version of the site, and those that people ask with."""
    pages = (read_publication(*version).words for version in live)
    return vocabulary_of(pages, words_named() | words_asked() | words_asked_with())


@lru_cache(maxsize=2)
def near(live: Live) -> Near:
    """What sample questions and passages of one version of the site hold."""
    pages = (read_publication(*version) for version in live)
    return near_of(page for page in pages if page.slug not in NO_ANSWER)


@lru_cache(maxsize=2)
def likely(live: Live) -> Likely:
    """What each word says for each page of one version of the site."""
    return likely_of(read_publication(*version) for version in live)


def joined(query: str, known: Vocabulary) -> str:
    """With a word of the site that somebody split: “sacro iliac” is one word."""

    def one_word(halves: re.Match[str]) -> str:
        whole = halves[1] + halves[2]
        return halves[1] if stem(folded(whole)) in known.stems else halves[0]

    return HALVES.sub(one_word, query)


def mended_query(query: str, groups: Sequence[Sequence[str]], known: Vocabulary) -> str:
    """The query with the nearest published word for each word that the site does not know."""
    alike = {stem(word) for group in groups for words in group for word in plain_words(words)}

    def mend(typed: str) -> str:
        word = folded(typed)
        return typed if stem(word) in alike else mended(word, known) or typed

    query = " ".join(query[:LONGEST_QUERY].split())
    better = joined(WORD.sub(lambda match: mend(match[0]), query), known)
    return better if better != query else ""
