"""Which passage of a page answers a query, and the part of it that is quoted. Plain data only.

A word says more, the fewer pages hold it and the fewer passages of this page: on the page about
fusion “fusion” tells no passage from another. So the passage wins that holds the rarest words of a
query together.
"""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from conditions.emergency_number import with_the_number
from conditions.search.first_answers import (
    asked_of_passages,
    said_otherwise,
    same_meaning,
    says_little,
)
from conditions.search.ranking import (
    Read,
    heading_stems,
    holding_any,
    phrases_of,
    section_stems,
)
from conditions.search.site.passages import Passage
from conditions.search.wording import (
    WORD,
    Concept,
    Words,
    folded,
    is_within,
    plain_words,
    starts_of,
    stem,
)

UNDER_IT = 0.9  # of a hit, for a passage whose own heading holds the word
IN_OTHER_WORDS = 0.6  # for one that has a word that means the same
ASKED_WITH = 0.7  # for one that people are known to ask for with it
SAYS_LITTLE = 0.35  # of what a word is worth that many questions have, or all about one treatment
IN_ITS_SECTION = 0.4  # for one in a section whose heading holds the word, or one that means it
ON_EACH_PASSAGE = 0.25  # is left of the worth of a word that stands in every passage of a page
UNDER_ITS_NAME = 0.1  # of two passages that say as much, the one under a heading that says it
FRIGHTENING = 0.4  # of what it holds, for a rare harm that nobody asked about
A_FACT = (
    0.7  # for a line of key facts where no number is asked for: it names things, and tells little
)
BESIDE_THE_POINT = 0.3  # of what it holds, for a passage that seldom answers anything
A_NUMBER = 1.2  # where somebody asks when or how many, for a passage that has one
A_TIME = 1.35  # and for one that says how long
QUOTED = 260  # letters of a passage that are shown
QUOTED_FIRST = 420  # of the page that answers: the end of a rule is often what matters
ENOUGH = 150  # of these, where a sentence ends
SHORT_ANSWER = "the-short-answer"  # the anchor of a section that most pages begin with
SHORT = 60  # a passage below this many letters is quoted with its heading

# Lists of many pages, and lines to be filled in: they name all and answer nothing.
ON_MANY_PAGES = re.compile(r"(your-(other-)?choices|what-to-do-next|questions-|tick-)")
TO_FILL_IN = re.compile(
    r"____|^(How sure are we|Questions|My (own )?questions|My dates|My pain diary)\b"
)
A_PAPER = re.compile(r"“[^”]{30,}”, .*\d{4}[;,.]|^[A-Z]\w+ [A-Z]{1,3}(,| and) ")
BEFORE_EACH = re.compile(r"[^.?!]{0,90}? if: ")
CANNOT_WAIT = re.compile(r"[Ee]mergency|Act fast|Warning signs")
TIME = re.compile(r"\d (to \d+ |or \d+ )?(hours?|days?|weeks?|months?|years?|minutes)\b")
A_NUMERAL = re.compile(r"\d{1,4}")
RARE_HARM = re.compile(r"\b(wheelchair|die[sd]?|death|paraly[sz]\w*|cancer|tumou?r)\b", re.I)
ASKS_FOR_HARM = """
wheelchair die dies died dying death kill fatal paralysed paralyzed cripple crippled disabled
disability cancer tumour tumor risk risks wrong harm harms danger dangerous serious worst bad
outlook prognosis future forever worse safe safety complications suicide unbearable severe
life live mood cope coping
"""
ABOUT_HARM = frozenset(stem(word) for word in plain_words(ASKS_FOR_HARM))
FOR_WHOM = re.compile(r"(This (page|sheet|leaflet) is|Print this|This is a plan)\b")
# Words that name a picture seldom answer; those that speak of one as it is seen answer nobody. The
# first alone would also leave out “the metal blurs the picture close by”.
TO_LOOK_AT = re.compile(r"\b(the|this) (\w+ )?(picture|chart|drawing)s?\b", re.IGNORECASE)
OF_A_PICTURE = re.compile(
    r"(^|[.?!] )((The|This) (\w+ )?(picture|chart|drawing)s? |This is a (drawing|picture))"
)
LABEL = re.compile(
    r"^(Usually from|Until then|Ring the rooms if|From when|To \w+|On the way|At \w+ \w+): "
)
POINTS_BACK = re.compile(r"(It|They|These|Both|Gain:|Harm:) ")  # to what the heading names
SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z“0-9])")

ASKED_OF_MOST = """
see go going know take taking give use using one two another other problem problems question help
questions need needs want make look thing things something anything yet still ok okay normal best
good bad way put find tell say ask mean means happen happens page site people person feel feels old
start like think try trying new time times day days week weeks month months year years allow allowed
safe able possible right wrong early late back home doctor stop keep work works
surgery operation operations op ops fusion fused post si sij joint joints sacroiliac pain painful
sore hurt hurts hurting ache pelvis pelvic girdle pgp spd pregnant pregnancy injection injections
cortisone steroid radiofrequency rfa ablation patient patients
"""
# Words that are no sign by themselves: “wait” is in “do not wait to see if it passes”, and who lost
# a referral has not lost a feeling.
ADVICE_WORDS = """
wait waiting go going now today hour hours count pass time like know hi hello please tell want ask
see lost lose losing newly
"""
ADVICE = frozenset(stem(word) for word in plain_words(ADVICE_WORDS))
MANY_QUESTIONS = frozenset(stem(word) for word in plain_words(ASKED_OF_MOST))

Parts = list[tuple[str, bool]]  # words, and whether they were asked for


class Ways(NamedTuple):
    """The phrases of a page that say one thing that was asked for, words that mean the same, and
    the passages that people ask for with it; what each of these is worth."""

    phrases: list[Words]
    rare: float
    others: list[Words]
    rare_of_others: float
    asked_for: frozenset[Words]
    rare_of_asked: float
    says_little: bool = False
    is_advice: bool = False


def ways_of(page: Read, concept: Concept, rare: float, *, loosely: bool) -> Ways:
    typed = concept.stems[0]
    says_nothing = all(word in MANY_QUESTIONS or A_NUMERAL.fullmatch(word) for word in typed)
    rare *= SAYS_LITTLE if says_nothing else 1
    phrases = phrases_of(page, concept)
    others = in_other_words(page, concept) if loosely else []
    asked = asked_for(f"{page.section}/{page.slug}", concept) if loosely else frozenset()
    return Ways(
        phrases,
        rare * telling(page, phrases),
        others,
        rare * telling(page, others + phrases) * IN_OTHER_WORDS,
        asked,
        rare * ASKED_WITH * max(len(asked), 1) ** -0.5,
        says_nothing,
        ADVICE.issuperset(typed),
    )


def asked_for(page: str, concept: Concept) -> frozenset[Words]:
    """The first words of the passages that people ask for with a word."""
    meant = frozenset(same_meaning(word) for word in concept.stems[0]) - says_little()
    passages = asked_of_passages(page).items()
    return frozenset(first for first, asked in passages if meant and meant <= asked)


def telling(page: Read, phrases: Sequence[Words]) -> float:
    """How well these words tell one passage of a page from another: 1 for words of one alone."""
    count = len(page.passages)
    near = (page.passages[number] for number in near_to(page, phrases))
    holders = sum(any(is_within(phrase, said) for phrase in phrases) for _, said in near)
    apart = math.log2(1 + count / max(holders, 1)) / math.log2(1 + count)
    return ON_EACH_PASSAGE + (1 - ON_EACH_PASSAGE) * apart


def in_other_words(page: Read, concept: Concept) -> list[Words]:
    """Words of the page that mean the same as the one that somebody typed."""
    typed = concept.stems[0]
    meaning = same_meaning(typed[0])
    if len(typed) != 1 or meaning in says_little():
        return []
    alike = said_otherwise().get(meaning, frozenset())
    return [(word,) for word in sorted(alike) if word in page.stems and word != typed[0]]


def best_passage(
    page: Read,
    concepts: Sequence[Concept],
    rarity: Sequence[float],
    *,
    loosely: bool = False,
    asks_number: bool = False,
) -> tuple[Passage, bool]:
    """The first of the passages that hold most of what was asked for; else the introduction.

    Also whether it is to be quoted with its heading: because it is short, or because the heading
    holds what was asked for. `loosely` counts words that mean the same, too.
    """
    pairs = zip(concepts, rarity, strict=True)
    ways = [ways_of(page, concept, rare, loosely=loosely) for concept, rare in pairs]
    of_signs = [way for way in ways if not way.is_advice]
    best, with_heading, passage = 0.0, False, opening(page)
    asks_harm = asks_for_harm(concepts)
    said = [phrase for way in ways for phrase in (*way.phrases, *way.others, *way.asked_for)]
    for candidate, words in (page.passages[number] for number in near_to(page, said)):
        counted = of_signs if is_sign(candidate) else ways
        worth_of_it, under_it = value_of(candidate, words, counted)
        worth_of_it *= fitness(candidate, asks_number=asks_number)
        worth_of_it *= 1 if asks_harm or not is_rare_harm(candidate) else FRIGHTENING
        if worth_of_it > best:
            best, with_heading, passage = worth_of_it, under_it, candidate
    return passage, with_heading or needs_heading(passage)


def near_to(page: Read, phrases: Iterable[Words]) -> list[int]:
    """The passages that may hold one of the phrases: no other has to be read."""
    return holding_any(page, (phrase[0] for phrase in phrases if phrase))


def opening(page: Read) -> Passage:
    """What is quoted where no passage fits: the introduction, or the short answer where the
    introduction only says whom the page is for."""
    first = page.passages[0][0]
    short = (known for known, _ in page.passages if known.anchor == SHORT_ANSWER)
    return next(short, first) if FOR_WHOM.match(first.text) else first


def fitness(passage: Passage, *, asks_number: bool) -> float:
    """How likely a passage answers, whatever was asked."""
    if asks_number:
        worth = number_in(passage.text)
    else:
        worth = A_FACT if passage.is_key else 1
    if passage.is_aside and OF_A_PICTURE.match(passage.text):
        return 0.0  # a picture told in words
    return worth * (BESIDE_THE_POINT if is_beside(passage) else 1)


def asks_for_harm(concepts: Iterable[Concept]) -> bool:
    stems = (word for concept in concepts for phrase in concept.stems for word in phrase)
    return not ABOUT_HARM.isdisjoint(stems)


@lru_cache(maxsize=5_000)
def is_rare_harm(passage: Passage) -> bool:
    """Whether it tells of something rare and frightening, and is no warning sign."""
    return bool(RARE_HARM.search(passage.text)) and not is_sign(passage)


@lru_cache(maxsize=5_000)
def number_in(text: str) -> float:
    if TIME.search(text):
        return A_TIME
    return A_NUMBER if any(sign.isdigit() for sign in text) else 1


@lru_cache(maxsize=5_000)
def is_beside(passage: Passage) -> bool:
    text = passage.text
    return bool(
        passage.is_aside
        or ON_MANY_PAGES.match(passage.anchor)
        or TO_FILL_IN.search(text)
        or A_PAPER.search(text)
        or FOR_WHOM.match(text)
        or TO_LOOK_AT.search(text)
    )


@lru_cache(maxsize=5_000)
def words_before(text: str) -> int:
    """How many words of a list stand before each line of it: “Ring our rooms today if: …”."""
    named = BEFORE_EACH.match(text)
    return len(WORD.findall(with_the_number(named[0], ""))) if named else 0


def is_sign(passage: Passage) -> bool:
    """Whether it is a line of a list of warning signs."""
    return words_before(passage.text) > 0 or passage.under.startswith("Warning signs")


@lru_cache(maxsize=5_000)
def is_urgent(passage: Passage) -> bool:
    """Whether it is of a list of signs that cannot wait: not of one that leads to a GP today."""
    before = BEFORE_EACH.match(passage.text)
    return is_sign(passage) and bool(CANNOT_WAIT.search(before[0] if before else passage.under))


def value_of(passage: Passage, words: Words, ways: Sequence[Ways]) -> tuple[float, bool]:
    """How much of what was asked for a passage holds, and whether its heading holds some of it."""
    words = words[words_before(passage.text) :]
    total, with_heading, telling = 0.0, False, all(way.says_little for way in ways)
    for way in ways:
        worth, under_it = held(passage, words, way, alone=len(ways) == 1)
        total += worth
        with_heading = with_heading or under_it
        telling = telling or (worth > 0 and not way.says_little)
    return (total if telling else 0.0), with_heading


def held(passage: Passage, words: Words, way: Ways, *, alone: bool) -> tuple[float, bool]:
    """What a passage holds of one thing that was asked for, and whether its heading holds it."""
    heading, section = heading_stems(passage.under), section_stems(passage.anchor)
    is_under = any(is_within(phrase, heading) for phrase in way.phrases)
    if any(is_within(phrase, words) for phrase in way.phrases):
        return way.rare * (1 + UNDER_ITS_NAME * (alone and is_under)), False
    if is_under:
        return way.rare * UNDER_IT, True
    if any(is_within(first, words) for first in way.asked_for):
        return way.rare_of_asked, False
    if any(is_within(word, words) or is_within(word, heading) for word in way.others):
        return way.rare_of_others, False
    if any(is_within(phrase, section) for phrase in way.phrases + way.others):
        return way.rare * IN_ITS_SECTION, False
    return 0.0, False


def needs_heading(passage: Passage) -> bool:
    """Whether a passage says too little by itself."""
    text = passage.text
    points_back = passage.under != passage.section and POINTS_BACK.match(text)
    return bool(passage.under and (len(text) < SHORT or LABEL.match(text) or points_back))


def text_of(passage: Passage, *, with_heading: bool, emergency_number: str) -> str:
    """The passage as it is quoted."""
    text = f"{lead_of(passage.under)} {passage.text}" if with_heading else passage.text
    return with_the_number(text, emergency_number)


def lead_of(heading: str) -> str:
    """A heading, as it stands before words of what is under it."""
    return heading if heading.endswith("?") else f"{heading.rstrip(':')}:"


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


def quoted(
    text: str,
    concepts: Sequence[Concept],
    rarity: Sequence[float] = (),
    around: Sequence[Concept] = (),
    most: int = QUOTED,
) -> Parts:
    """A passage, or of a long one the part that holds most of what was asked for, or `around`. It
    begins with a sentence and ends with one where it can."""
    start = best_start(text, concepts, rarity, most)
    if around and len(text) > most:
        parts = marked(text, around)
        first = 0 if not parts or parts[0][1] else len(parts[0][0])
        start = max(place for place in starts(text) if place <= first)
    end = best_end(text, start, most)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shown = marked(text[start:end], concepts)
    return [part for part in [(before, False), *shown, (after, False)] if part[0]]


def starts(text: str) -> list[int]:
    """Where a quote can begin."""
    return [0, *(match.end() for match in SENTENCE.finditer(text))]


def best_end(text: str, start: int, most: int) -> int:
    if len(text) - start <= most:
        return len(text)
    ends = [place - 1 for place in starts(text) if ENOUGH <= place - 1 - start <= most]
    return ends[-1] if ends else text.rfind(" ", start, start + most)


def best_start(text: str, concepts: Sequence[Concept], rarity: Sequence[float], most: int) -> int:
    """The start of the sentences that hold most; of two that hold as much, the earlier."""
    if len(text) <= most:
        return 0
    worths = list(rarity) or [1.0] * len(concepts)

    def worth_from(start: int) -> float:
        words = tuple(stem(word) for word in plain_words(text[start : best_end(text, start, most)]))
        return sum(
            worth
            for concept, worth in zip(concepts, worths, strict=True)
            if any(is_within(phrase, words) for phrase in concept.stems)
        )

    return max(starts(text), key=lambda start: (round(worth_from(start), 6), -start))
