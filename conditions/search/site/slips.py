"""Slips of the pen in what asks for a card: no page may hold the word that was meant."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product

from clinic_site.models import Clinic
from conditions.search.direct import direct_answers, names_of, words_asked
from conditions.search.first_answers import words_named
from conditions.search.kinds import Direct
from conditions.search.site.spelling import (
    LONG_WORD,
    LONGEST_MENDED,
    NEVER_MEANT,
    SHORTEST_MENDED,
    Vocabulary,
    distance,
    letters_of,
    mended,
    ordinary_words,
)
from conditions.search.wording import LONGEST_QUERY, STOP_WORDS, WORD, folded, stem

SHORTEST = 3  # letters: “tme” is “time” where that asks for a card, and the word typed for nothing
MOST_SLIPS = 3  # words of one query
MOST_NEAR = 5  # words that each of them may be
MOST_TRIED = 40  # ways to read a query


def mended_for_answers(query: str) -> str:
    """The query with the nearest word that an answer here is asked with, for each that nobody asks
    with: for words that stand on no page, so that no page can mend them. Empty where none is."""
    known = words_known()

    def mend(typed: re.Match[str]) -> str:
        return mended(folded(typed[0]), known) or typed[0]

    query = query[:LONGEST_QUERY]
    better = WORD.sub(mend, query)
    return better if better != query else ""


@cache
def words_known() -> Vocabulary:
    return Vocabulary({}, words_asked() | words_named())


def answers_despite_slips(
    query: str, clinic: Clinic, known: Vocabulary
) -> tuple[list[Direct], str]:
    """The cards of a query with misspelt words, short ones too, and how it was then read. `known`
    are the words of the site. Nothing where no card is asked for, and never an alarm."""
    for better in ways_to_read(query[:LONGEST_QUERY], clinic, known):
        answers = direct_answers(better, clinic)
        if answers and not any(one.is_emergency or one.alone for one in answers):
            return answers, better
    return [], ""


def ways_to_read(query: str, clinic: Clinic, known: Vocabulary) -> Iterator[str]:
    """The query with each word that nobody knows in the place of one as near, likeliest first."""
    names = {name for person in clinic.clinicians.all() for name in names_of(person.name)}
    slips = {word for word in map(folded, WORD.findall(query)) if is_slip(word, known, names)}
    near = {word: nearest(word, names) for word in sorted(slips)}
    near = {word: others for word, others in near.items() if others}
    if not 0 < len(near) <= MOST_SLIPS:
        return
    for meant in islice(product(*near.values()), MOST_TRIED):
        read = dict(zip(near, meant, strict=True))
        yield WORD.sub(lambda typed: read.get(folded(typed[0]), typed[0]), query)  # noqa: B023


def is_slip(word: str, known: Vocabulary, names: Iterable[str]) -> bool:
    if not SHORTEST <= len(word) <= LONGEST_MENDED or not word.isalpha() or word in names:
        return False
    return word not in STOP_WORDS | ordinary_words() and stem(word) not in known.stems


@cache
def asked_by_letter() -> dict[str, list[str]]:
    """What a slip may mean, by its first letter."""
    known: dict[str, list[str]] = {}
    for word in words_asked() - STOP_WORDS - NEVER_MEANT:
        known.setdefault(word[0], []).append(word)
    return known


def nearest(word: str, names: Iterable[str]) -> list[str]:
    """A few words as near that begin alike, also of the `names` of people: first those with letters
    swapped, then those from which one was lost. A short word is no other as short: “tme” is not
    “tmj”."""
    slips, letters = 2 if len(word) >= LONG_WORD else 1, letters_of(word)
    begin_alike = {*asked_by_letter().get(word[0], []), *(n for n in names if n[0] == word[0])}
    alike = (
        (distance(word, other, slips), sorted(other) != sorted(word), -len(other), other)
        for other in begin_alike
        if len(other) >= SHORTEST
        and abs(len(other) - len(word)) <= slips
        and (letters ^ letters_of(other)).bit_count() <= 2 * slips
    )
    near = (one for one in sorted(alike) if one[0] <= slips)
    fit = (
        other
        for _, is_changed, _, other in near
        if len(word) >= SHORTEST_MENDED or len(other) > len(word) or not is_changed
    )
    return list(islice(fit, MOST_NEAR))
