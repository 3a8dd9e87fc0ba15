"""Which passage is nearest to what somebody typed. Plain data: no database, no models.

For each passage that answers something, `asked/` holds what people might type who want just that.
These sample questions say where to look and are never shown. A word of a query speaks for a
passage by how many of its questions hold it, and by its own text; less, by the questions of its
section and its page; and the less, the more questions of the whole site hold it. A passage without
questions is found by its text.
"""

import math
import tomllib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conditions.emergency_number import with_the_number
from conditions.search.answering import words_before
from conditions.search.first_answers import said_otherwise, same_meaning, says_little
from conditions.search.ranking import Read, heading_stems, holding_any, section_stems
from conditions.search.site.passages import Passage
from conditions.search.wording import Words, bare, is_within, plain_words, stem, stems_of

FOLDER = Path(__file__).with_name("asked")
# What each kind of evidence counts for. Found by leaving questions out and asking for them
# (docs/decisions/012-search.md), not by taste.
ASKED, ASKED_OF_SECTION, ASKED_OF_PAGE = 0.213, 0.331, 4.805
TEXT, TEXT_OF_PAGE = 0.688, 0.146
FEW, FEW_OF_PAGE = 8, 60  # so many questions are thought of beside those of a passage, of a page
COMMON = 0.03  # is added to how often a word is asked with anywhere
SAYS_LITTLE = 0.55  # of its weight, for a word that says nothing by itself
HAS_QUESTIONS = 0.35  # for a passage that has some, by the logarithm of their number
IN_HEADING, IN_SECTION, IN_TITLE = (
    0.8,
    0.5,
    0.2,
)  # of a word of the text, for one of a heading above it
LONG_TEXT = 20  # of fewer words, each counts hardly more
OFTEN = 3  # in so many passages of a page a word tells what the page is about
HELD = 16.0  # for a passage that holds all that was typed, beside how likely it is
OTHER = 0.2  # of what else speaks for a page
LITTLE = 0.15  # of how well a word tells passages apart, for one that says nothing by itself
NO_SLIP = 5  # so many questions do not have the same slip of the pen
HARDLY = 0.05  # from here on down it is not kept what a word says for a passage
NUMBER = "#"  # any number: “6 weeks” is asked like “7 weeks”


class Postings(NamedTuple):
    """For each word whom it speaks for, and how much: from `starts[n]` up to `starts[n + 1]`."""

    starts: "array[int]"
    whom: "array[int]"
    worth: "array[float]"

    def of(self, word: int) -> Iterator[tuple[int, float]]:
        part = slice(self.starts[word], self.starts[word + 1])
        return zip(self.whom[part], self.worth[part], strict=True)

    def whom_of(self, word: int) -> "array[int]":
        return self.whom[self.starts[word] : self.starts[word + 1]]

    def add(self, worths: Mapping[int, float]) -> None:
        """Those of the next word."""
        self.whom.extend(worths.keys())
        self.worth.extend(worths.values())
        self.starts.append(len(self.whom))


class Near(NamedTuple):
    """One version of the site. Passages are numbered through all its pages in order. What a word
    says for a passage is what it says beyond what it says for all of its page."""

    pages: tuple[str, ...]  # `section/slug`
    page_of: "array[int]"  # of each passage
    has_questions: "array[float]"  # for each passage
    place: Mapping[str, int]  # of each word in what follows
    rare: "array[float]"  # how well a word tells passages apart
    unknown: float  # the same of a word that nobody asks with
    common: "array[float]"  # how often a word is asked with, of all questions
    uncommon: float  # the same of a word that nobody asks with
    of_pages: Postings
    passages: Postings
    holders: Postings  # the passages that hold a word, or a question of theirs does
    is_asked: bool  # whether any sample question is for a page that is live


class Evidence(NamedTuple):
    """What speaks for a passage: how likely its words and questions are what was typed, and which
    part of what was typed stands in it or in one of its questions (0 to 1)."""

    likely: float
    held: float

    @property
    def worth(self) -> float:
        return self.likely + HELD * self.held


class Part:
    """What is counted of one passage, one section or one page."""

    def __init__(self) -> None:
        self.questions = 0
        self.asked: Counter[str] = Counter()
        self.text: dict[str, float] = {}

    def add(self, questions: Sequence[frozenset[str]], text: Mapping[str, float]) -> None:
        self.questions += len(questions)
        for words in questions:
            self.asked.update(words)
        for word, times in text.items():
            self.text[word] = self.text.get(word, 0.0) + times

    def worth(self, of_asked: float, few: float, of_text: float = 0) -> dict[str, float]:
        """What each word says for it."""
        share = of_asked / (self.questions + few)
        worth = {word: share * times for word, times in self.asked.items()}
        if of_text:
            text = {word: min(times, OFTEN) for word, times in self.text.items()}
            part = of_text / math.sqrt(sum(text.values()) + LONG_TEXT)
            for word, times in text.items():
                worth[word] = worth.get(word, 0.0) + part * times
        return worth


def asked() -> dict[str, dict[Words, str]]:
    """For each page the questions of its passages, a line each and with words in full, by the first
    words of the passage in stems. Read anew each time: only what they count for is kept."""
    known: dict[str, dict[Words, str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for name, said in tomllib.loads(file.read_text(encoding="utf-8")).items():
            page, _, opening = name.partition("#")
            first_words = stems_of(plain_words(with_the_number(opening, "")))
            known.setdefault(page, {})[first_words] = said["asked"]
    return known


def words_asked_with() -> set[str]:
    """The words of sample questions, without those of few: they may be slips of the pen."""
    counts: Counter[str] = Counter()
    for page in asked().values():
        for line in "\n".join(page.values()).splitlines():
            counts.update(set(plain_words(line)))
    return {word for word, times in counts.items() if times >= NO_SLIP}


class Flat:
    """What words say for some parts, as it comes: sorted by word later. In arrays, as there are
    hundreds of thousands."""

    def __init__(self) -> None:
        self.words, self.whom, self.worth = array("H"), array("H"), array("f")

    def add(self, whom: int, worths: Mapping[str, float], place: dict[str, int]) -> None:
        for word, worth in worths.items():
            self.words.append(place.setdefault(word, len(place)))
            self.whom.append(whom)
            self.worth.append(worth)

    def by_word(self, size: int) -> Postings:
        starts = array("I", bytes(4 * (size + 1)))
        for word in self.words:
            starts[word + 1] += 1
        for word in range(size):
            starts[word + 1] += starts[word]
        free = starts[:]
        whom, worth = self.whom[:], self.worth[:]
        for word, who, value in zip(self.words, self.whom, self.worth, strict=True):
            whom[free[word]], worth[free[word]] = who, value
            free[word] += 1
        return Postings(starts, whom, worth)


class Counted(NamedTuple):
    """What is counted of one version of the site, before it is kept. The section of each passage is
    told by a number too."""

    site: Part
    place: dict[str, int]
    pages: Flat
    sections: Flat
    passages: Flat
    page_of: "array[int]"
    section_of: "array[int]"
    has_questions: "array[float]"


def counted(pages: Iterable[Read], names: list[str]) -> Counted:
    known = asked()
    flats = Flat(), Flat(), Flat()
    count = Counted(Part(), {}, *flats, array("H"), array("H"), array("f"))
    for page in pages:
        name = f"{page.section}/{page.slug}"
        of_page, sections = Part(), dict[tuple[str, str], tuple[int, Part]]()
        first = max(count.section_of, default=-1) + 1
        questions = questions_of(page, known.get(name, {}))
        for (passage, words), its_questions in zip(page.passages, questions, strict=True):
            number, of_section = sections.setdefault(
                (passage.anchor, passage.under), (first + len(sections), Part())
            )
            own, text = Part(), words_of(page, passage, words)
            for part in (count.site, of_page, of_section, own):
                part.add(its_questions, text)
            count.passages.add(len(count.page_of), own.worth(ASKED, FEW, TEXT), count.place)
            count.page_of.append(len(names))
            count.section_of.append(number)
            count.has_questions.append(HAS_QUESTIONS * math.log1p(own.questions))
        for number, part in sections.values():
            count.sections.add(number, part.worth(ASKED_OF_SECTION, FEW), count.place)
        worth = of_page.worth(ASKED_OF_PAGE, FEW_OF_PAGE, TEXT_OF_PAGE)
        count.pages.add(len(names), worth, count.place)
        names.append(name)
    return count


def near_of(pages: Iterable[Read]) -> Near:
    """Made once for one version of the site."""
    names: list[str] = []
    count = counted(pages, names)
    site, size = count.site, len(count.page_of)
    of_pages, passages, holders = weighed(count)
    return Near(
        tuple(names),
        count.page_of,
        count.has_questions,
        count.place,
        array("f", (rareness(site, word, size) for word in count.place)),
        rareness(site, "", size),
        array("f", (commonness(site, word) for word in count.place)),
        commonness(site, ""),
        of_pages,
        passages,
        holders,
        site.questions > 0,
    )


def weighed(count: Counted) -> tuple[Postings, Postings, Postings]:
    """What each word says for each page, and for each passage beyond that; and who holds it."""
    size = len(count.place)
    all_pages, all_sections, own = (
        flat.by_word(size) for flat in (count.pages, count.sections, count.passages)
    )
    within: dict[int, list[int]] = {}
    for passage, section in enumerate(count.section_of):
        within.setdefault(section, []).append(passage)
    of_pages, passages = (Postings(array("I", [0]), array("H"), array("f")) for _ in range(2))
    for word, place in count.place.items():
        common = commonness(count.site, word)
        weight = SAYS_LITTLE if word in says_little_here() else 1.0
        pages = {page: worth / common for page, worth in all_pages.of(place)}
        both = dict(own.of(place))
        for section, worth in all_sections.of(place):
            for passage in within[section]:
                both[passage] = both.get(passage, 0.0) + worth
        of_pages.add({page: weight * math.log1p(worth) for page, worth in pages.items()})
        beyond = {
            passage: weight * math.log1p(worth / common / (1 + pages[count.page_of[passage]]))
            for passage, worth in both.items()
        }
        passages.add({passage: worth for passage, worth in beyond.items() if worth > HARDLY})
    return of_pages, passages, Postings(own.starts, own.whom, array("f"))


def read_words(stems: Iterable[str]) -> Words:
    """As questions and queries are compared: by what words mean, numbers all alike."""
    return tuple(NUMBER if word.isdecimal() else same_meaning(word) for word in stems)


def questions_of(page: Read, known: Mapping[Words, str]) -> list[list[frozenset[str]]]:
    """The words of each question of each passage whose opening still stands."""
    questions: list[list[frozenset[str]]] = [[] for _ in page.passages]
    for opening, text in known.items():
        number = passage_of(page, opening)
        if number is not None:
            lines = map(plain_words, filter(None, text.split("\n")))
            questions[number] += (frozenset(read_words(map(stem, line))) for line in lines)
    return questions


def passage_of(page: Read, opening: Words) -> int | None:
    """The passage that begins with these words; else one that has them after “Ring us if: ”."""
    size = len(opening)
    begun = (n for n, (_, said) in enumerate(page.passages) if said[:size] == opening)
    holding = (n for n, (_, said) in enumerate(page.passages) if is_within(opening, said))
    return next(begun, next(holding, None))


def question_words(text: str) -> Words:
    return read_words(map(stem, plain_words(bare(text))))


def words_of(page: Read, passage: Passage, words: Words) -> dict[str, float]:
    """What each word of a passage counts for, those of the headings above it too."""
    counts = dict.fromkeys(read_words(page.names), IN_TITLE)
    counts.update(dict.fromkeys(read_words(section_stems(passage.anchor)), IN_SECTION))
    counts.update(dict.fromkeys(read_words(heading_stems(passage.under)), IN_HEADING))
    counts.update(dict.fromkeys(read_words(words[words_before(passage.text) :]), 1.0))
    return counts


def commonness(site: Part, word: str) -> float:
    """How often a word is asked with, of all questions."""
    return (site.asked[word] + 0.5) / (site.questions + 1) + COMMON


def rareness(site: Part, word: str, passages: int) -> float:
    """More, the fewer questions and passages hold a word."""
    in_text = site.text.get(word, 0.0) * site.questions / max(passages, 1) / 2
    return math.log(1 + site.questions / (site.asked[word] + in_text + 0.5))


def nearness(query: str, near: Near, of_page: Mapping[str, float]) -> dict[int, Evidence]:
    """How near each passage is that holds a word of a query, or is asked for with one. `of_page` is
    what else speaks for each page."""
    by_page = [OTHER * of_page.get(name, 0.0) for name in near.pages]
    by_passage: dict[int, float] = {}
    held: dict[int, float] = {}
    asked_for = 0.0
    for word in dict.fromkeys(question_words(query)):
        little = LITTLE if word in says_little_here() else 1
        place = near.place.get(word)
        rare = little * (near.rare[place] if place is not None else near.unknown)
        asked_for += rare
        if place is None:
            continue
        for page, worth in near.of_pages.of(place):
            by_page[page] += worth
        for passage, worth in near.passages.of(place):
            by_passage[passage] = by_passage.get(passage, 0.0) + worth
        for passage in near.holders.whom_of(place):
            held[passage] = held.get(passage, 0.0) + rare
            by_passage.setdefault(passage, 0.0)
    return {
        passage: Evidence(
            near.has_questions[passage] + value + by_page[near.page_of[passage]],
            held.get(passage, 0.0) / asked_for,
        )
        for passage, value in by_passage.items()
    }


def nearness_of_others(
    query: str, near: Near, pages: Sequence[Read], of_page: Mapping[str, float]
) -> list[tuple[Read, Passage, Evidence]]:
    """The same for passages of pages that no list knows: by their text alone. They are few, and
    read for this query only, so a site may have any number of them."""
    found = []
    for page in pages:
        said = [say(word, near, page) for word in dict.fromkeys(question_words(query))]
        asked_for = sum(one.rare for one in said) or 1.0
        by_page = OTHER * of_page.get(f"{page.section}/{page.slug}", 0.0)
        by_page += sum(one.weight * math.log1p(one.of_page) for one in said)
        for number in {0, *holding_any(page, (word for one in said for word in one.alike))}:
            passage, words = page.passages[number]
            heading, section = heading_stems(passage.under), section_stems(passage.anchor)
            text = [place_of(one.alike, words, heading, section, page.names) for one in said]
            part = TEXT / math.sqrt(len(set(words)) + LONG_TEXT)
            likely = by_page + sum(
                one.weight * math.log1p(part * worth / one.common / (1 + one.of_page))
                for one, worth in zip(said, text, strict=True)
            )
            held = sum(one.rare for one, worth in zip(said, text, strict=True) if worth)
            found.append((page, passage, Evidence(likely, held / asked_for)))
    return found


class Said(NamedTuple):
    """A word of a query: its stems and those of words that mean the same, what it counts for, and
    what it says for a page."""

    alike: frozenset[str]
    rare: float
    weight: float
    common: float
    of_page: float


def say(word: str, near: Near, page: Read) -> Said:
    place = near.place.get(word)
    rare = near.unknown if place is None else near.rare[place]
    common = near.uncommon if place is None else near.common[place]
    alike = said_otherwise().get(word, frozenset((word,)))
    times = min(len(holding_any(page, alike)), OFTEN)
    of_page = TEXT_OF_PAGE * times / math.sqrt(len(page.stems) + LONG_TEXT) / common
    if word in says_little_here():
        return Said(alike, LITTLE * rare, SAYS_LITTLE, common, of_page)
    return Said(alike, rare, 1.0, common, of_page)


def place_of(
    alike: frozenset[str], words: Words, heading: Words, section: Words, title: Words
) -> float:
    """What a word counts for by where it stands; 0 where it does not."""
    places = ((words, 1.0), (heading, IN_HEADING), (section, IN_SECTION), (title, IN_TITLE))
    return next((worth for text, worth in places if not alike.isdisjoint(text)), 0.0)


@cache
def says_little_here() -> frozenset[str]:
    return frozenset(same_meaning(word) for word in says_little())
