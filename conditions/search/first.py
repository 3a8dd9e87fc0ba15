"""The page that is to stand first, and its passage that answers.

Lists, words and situations choose a page (`likely.py`); its own words choose the passage
(`answering.py`); a passage that is nearer to sample questions may take its place (`nearest.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from conditions.models import Section, address_of
from conditions.search.answering import (
    ADVICE,
    OF_A_PICTURE,
    QUOTED_FIRST,
    SHORT_ANSWER,
    Parts,
    asks_for_harm,
    best_passage,
    is_beside,
    is_rare_harm,
    is_sign,
    is_urgent,
    lead_of,
    needs_heading,
    opening,
    quoted,
    text_of,
)
from conditions.search.first_answers import is_asked_for, said_otherwise, words_read
from conditions.search.likely import NO_ANSWER, likeliest, worth_of_pages
from conditions.search.nearest import Evidence, nearness, nearness_of_others
from conditions.search.ranking import Read
from conditions.search.site.live import Live
from conditions.search.site.pages import known_pages, names_listed, read_page
from conditions.search.site.passages import Passage
from conditions.search.wording import (
    STOP_WORDS,
    Asked,
    Concept,
    Words,
    bare,
    is_within,
    plain_words,
    stem,
    stems_of,
)

# What an answer counts for that was found by the words of its page, beside one that is nearer to
# sample questions: for the page, and for the passage of it.
BY_PAGE, BY_PASSAGE = 1.5, 3.0
BESIDE = 2.0  # less for a passage that seldom answers anything
A_FACT = 1.5  # less for a line of key facts
A_SIGN = 3.0  # less for a line of a list of warning signs: who tells of one is led there anyway
MOST_ALSO = 3  # further passages of the first page
# What `same_words.toml` calls a medicine by, and words that speak of any.
MEDICINES = frozenset(
    map(stem, plain_words("anticoagulant ozempic gliflozin ibuprofen opioid paracetamol biologic"))
)
A_MEDICINE = frozenset(
    map(stem, plain_words("medicine medicines tablet tablets painkiller inflammatory thinning"))
)
ALSO_HELD, ALSO_APART = 0.3, 6.0  # what these have to hold of a query; how much worse they may be
MOST_OTHERS = 5  # pages that no list knows, of those that hold a query best
FOR_DOCTORS = {"for-gps"}  # in short words that a patient does not know
OF_NUMBERS = "the numbers"  # in a heading: how sure a figure is

Place = tuple[Read, Passage]


class Also(NamedTuple):
    """A further section of a page that may answer; of the nearest a passage is quoted."""

    heading: str
    address: str
    quote: Sequence[tuple[str, bool]] = ()


class Found(NamedTuple):
    """One page of the answer. `quote` is from a passage, and `address` leads to its heading, which
    stands before the first quote (`under`), so that nobody takes it for another stage. `also` are
    further sections that are near to what was asked for. `is_urgent` tells that it is of a list of
    signs that cannot wait."""

    title: str
    section: str
    address: str
    quote: Parts
    under: str = ""
    also: Sequence[Also] = ()
    is_urgent: bool = False


class First(NamedTuple):
    """The page that is to stand first, and its passage that answers, with all that speaks for each
    passage of the site; `places` are those that the evidence numbers."""

    page: Read
    passage: Passage
    with_heading: bool
    evidence: Mapping[int, Evidence]
    places: Sequence[Place]


def of_no_list(pages: Iterable[Read]) -> list[Read]:
    """Of the pages found for a query, best first, a few that no list knows: the clinic's own."""
    listed = names_listed() | NO_ANSWER
    others = (page for page in pages if listed.isdisjoint((name_of(page), page.slug)))
    return [page for page, _ in zip(others, range(MOST_OTHERS), strict=False)]


def page_meant(query: str, others: Sequence[Read], live: Live) -> str:
    """`section/slug` of the page that a query most likely means, with `#words` where a passage of
    it was chosen by hand; empty where none is."""
    return likeliest(query, known_pages(live).likely, others)


def evidence_for(
    query: str, others: Sequence[Read], live: Live
) -> tuple[Mapping[int, Evidence], Sequence[Place]]:
    """What speaks for each passage, and the passages that this numbers."""
    known = known_pages(live)
    if not known.near.is_asked:
        return {}, known.places
    worth = worth_of_pages(query, known.likely, others)
    evidence = nearness(query, known.near, worth)
    if not others:
        return evidence, known.places
    more = nearness_of_others(query, known.near, others, worth)
    numbered = {len(known.places) + place: said for place, (*_, said) in enumerate(more)}
    places = [*known.places, *((page, passage) for page, passage, _ in more)]
    return evidence | numbered, places


def name_of(page: Read) -> str:
    return f"{page.section}/{page.slug}"


def found_first(
    first: First,
    meant: Words,
    asked: Asked,
    rarity: Sequence[float],
    emergency_number: str,
) -> Found:
    """`meant` are words of the passage around which it is quoted."""
    page, passage, with_heading, *_ = first
    around = [Concept((meant,))] if meant else []
    text = text_of(passage, with_heading=with_heading, emergency_number=emergency_number)
    quote = quoted(text, asked.concepts, rarity, around, QUOTED_FIRST)
    speaks_alone = with_heading or passage.anchor == SHORT_ANSWER or is_sign(passage)
    under = "" if speaks_alone or text.startswith(passage.section) else lead_of(passage.section)
    others = also_on(first)
    also = [named(other, first) for other in others]
    if others and may_be_quoted(others[0], beside=passage, asked=asked):
        with_heading = needs_heading(others[0])
        text = text_of(others[0], with_heading=with_heading, emergency_number=emergency_number)
        also[0] = also[0]._replace(quote=quoted(text, asked.concepts, rarity))
    return shown(page, passage, quote)._replace(under=under, also=also)


def may_be_quoted(passage: Passage, *, beside: Passage, asked: Asked) -> bool:
    """The heading is enough of a warning, of a rare harm that nobody asked about, and where a
    warning stands first."""
    is_calm = asks_for_harm(asked.concepts) or not is_rare_harm(passage)
    return is_calm and not is_sign(passage) and not is_sign(beside)


def first_of(
    chosen: str,
    query: str,
    asked: Asked,
    rarity: Sequence[float],
    others: Sequence[Read],
    live: Live,
) -> First | None:
    """The page that is to stand first, if the public can read it. A passage that was chosen by hand
    stands, and so does a warning sign; any other gives way to one that is clearly nearer to what
    was typed."""
    page = chosen_page(chosen, live)
    if page is None:
        return None
    evidence, places = evidence_for(query, others, live)
    if passage := chosen_passage(page, chosen):
        first = First(page, passage, needs_heading(passage), evidence, places)
        return with_medicine(first, query)
    passage, with_heading = best_passage(
        page, asked.concepts, rarity, loosely=True, asks_number=asked.asks_number
    )
    if is_sign(passage) and is_only_advice(query, page, live):
        passage, with_heading = opening(page), False
    by_hand = is_asked_for(name_of(page), query)
    nearest = nearest_of(
        evidence, page, passage, places, elsewhere=not by_hand, asks_number=asked.asks_number
    )
    first = First(page, passage, with_heading, evidence, places)
    if nearest and not is_sign(passage) and nearest[1] is not passage:
        page, passage = nearest
        if not (is_sign(passage) and is_only_advice(query, page, live)):
            first = First(page, passage, needs_heading(passage), evidence, places)
    return with_medicine(first, query)


def with_medicine(first: First, query: str) -> First:
    """In place of a passage that speaks of no medicine, where one is asked about by name or by its
    class, the nearest one that names it. A warning sign stands."""
    alike = [
        said_otherwise()[kind] for kind in sorted(MEDICINES.intersection(words_read(query)[1]))
    ]
    if not alike or is_sign(first.passage) or names_one(first.passage, alike):
        return first
    for number in sorted(first.evidence, key=lambda number: -first.evidence[number].worth):
        page, passage = first.places[number]
        if page.slug in FOR_DOCTORS and page is not first.page:
            continue
        names_all = all(names_one(passage, [words], exactly=True) for words in alike)
        if names_all and not (
            is_sign(passage) or is_beside(passage) or OF_NUMBERS in passage.under
        ):
            return first._replace(page=page, passage=passage, with_heading=needs_heading(passage))
    return first


def names_one(passage: Passage, alike: Iterable[frozenset[str]], *, exactly: bool = False) -> bool:
    """Whether a passage, or the heading above it, names one of these medicines, or any at all."""
    words = words_within(passage)
    return any(words & names for names in alike) or (not exactly and bool(words & A_MEDICINE))


@lru_cache(maxsize=5_000)
def words_within(passage: Passage) -> frozenset[str]:
    return frozenset(stems_of(plain_words(f"{passage.under} {passage.text}")))


def is_only_advice(query: str, page: Read, live: Live) -> bool:
    """Whether the lists of warning signs of a page hold no more of a query than words that say what
    to do: “wait” is in “do not wait”, and no sign."""
    words = plain_words(bare(query))
    telling = " ".join(
        word for word in words if word not in STOP_WORDS and stem(word) not in ADVICE
    )
    known = known_pages(live)
    on_page = {number for number, place in enumerate(known.places) if place[0] is page}
    if not telling or not on_page or not known.near.is_asked:
        return not telling
    return not any(
        said.held and number in on_page and is_sign(known.places[number][1])
        for number, said in nearness(telling, known.near, {}).items()
    )


def nearest_of(
    evidence: Mapping[int, Evidence],
    page: Read,
    passage: Passage,
    places: Sequence[Place],
    *,
    elsewhere: bool,
    asks_number: bool,
) -> Place | None:
    """The nearest passage of all that hold more of what was typed than `passage` of `page`, which
    has a start. Not `elsewhere` than on this page, where it was chosen by hand. `places` are those
    that the evidence numbers."""
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
            worth -= A_FACT * (its_passage.is_key and not asks_number)
        if worth > best:
            best, nearest = worth, (its_page, its_passage)
    return nearest


def also_on(first: First) -> list[Passage]:
    """The nearest passages of further sections of the first page that hold some of what was typed,
    the nearest first."""
    places = first.places
    there = [number for number in first.evidence if places[number][0] is first.page]
    there.sort(key=lambda number: -first.evidence[number].worth)
    sections: dict[str, Passage] = {first.passage.anchor: first.passage}
    best = first.evidence[there[0]].worth if there else 0.0
    for number in there:
        passage, said = places[number][1], first.evidence[number]
        is_near = said.held >= ALSO_HELD and said.worth >= best - ALSO_APART
        if is_near and passage.section and not is_beside(passage):
            sections.setdefault(passage.anchor, passage)
    return list(sections.values())[1 : 1 + MOST_ALSO]


def named(passage: Passage, first: First) -> Also:
    address = address_of(first.page.section, first.page.slug)
    return Also(passage.section, f"{address}#{passage.anchor}")


def chosen_page(chosen: str, live: Live) -> Read | None:
    """The page that is to stand first, if the public can read it."""
    version = live.by_name.get(chosen.partition("#")[0])
    return read_page(version, live) if version else None


def words_chosen(chosen: str) -> Words:
    return tuple(plain_words(chosen.partition("#")[2]))


def chosen_passage(page: Read, chosen: str) -> Passage | None:
    """The passage that was chosen with its page, if it still stands there, and says something to
    somebody who does not see a picture beside it."""
    words = stems_of(words_chosen(chosen))
    found = (known for known, said in page.passages if words and is_within(words, said))
    return next((known for known in found if not OF_A_PICTURE.search(known.text)), None)


def shown(page: Read, passage: Passage, quote: Parts) -> Found:
    section = "" if page.section == Section.SITE else Section(page.section).label
    address = address_of(page.section, page.slug)
    if passage.anchor:
        address = f"{address}#{passage.anchor}"
    return Found(page.title, section, address, quote, is_urgent=is_urgent(passage))
