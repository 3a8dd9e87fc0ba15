"""A kind of question that is answered at once, and how one tells that it is asked."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import NamedTuple

from clinic_site.models import Clinic
from conditions.search.first_answers import meanings
from conditions.search.wording import Words, is_within, plain_words, stems_of

Phrases = tuple[Words, ...]

# Words of our own phrases that stand for numbers: an age of an adult, an item of Medicare.
ADULT_AGE, ITEM = "anyage", "anyitem"
NUMBERS_MEANT = frozenset({ADULT_AGE, ITEM})


class Direct(NamedTuple):
    """A short answer: what it is, what is known, a number to ring, a page to go on with. `more` are
    further addresses, each with its link. Beside one that stands `alone` nothing else is shown: no
    page helps whoever is in despair or has a complaint."""

    heading: str
    lines: tuple[str, ...] = ()
    telephone: str = ""
    address: str = ""
    link: str = ""
    is_emergency: bool = False
    more: tuple[tuple[str, str], ...] = ()
    alone: bool = False


class Kind(NamedTuple):
    """`within` are phrases that may stand anywhere in what was typed; `whole` have to be all of it,
    but for words that say nothing by themselves. The words of one of `together` may stand apart;
    so may those of `meant`, in any words that mean the same. Of the names in `two_of` two stand
    there, from different phrases. With one of `unless` it is about something else.

    Where several words have to fit, any of their forms will do (“video consults” too), but not for
    what stands `to_the_letter`: a weak leg is not weak legs. “anyage” and “anyitem” in a phrase
    stand for any such number.
    """

    answer: Callable[[Clinic], Direct | None]
    to_the_letter: Phrases = ()
    within: Phrases = ()
    whole: Phrases = ()
    together: Phrases = ()
    meant: Phrases = ()
    two_of: Phrases = ()
    unless: Phrases = ()

    @property
    def asked(self) -> Phrases:
        anywhere = self.to_the_letter + self.within + self.together + self.meant
        return anywhere + self.whole + self.two_of

    def is_asked(self, typed: Words, telling: Words) -> bool:
        counted = with_numbers_named(typed)
        if any(is_within(phrase, words) for phrase in self.unless for words in {typed, counted}):
            return False
        if self.is_about(typed, telling):
            return True
        return counted != typed and self.is_about(counted, with_numbers_named(telling))

    def is_about(self, typed: Words, telling: Words) -> bool:
        if telling in self.whole or typed in self.whole:
            return True
        if any(is_within(phrase, typed) for phrase in self.to_the_letter):
            return True
        stems = stems_of(typed)
        if any(holds(phrase, typed, stems) for phrase in self.within):
            return True
        there = {*typed, *stems}
        if any(there.issuperset(phrase) for phrase in any_form(self.together)):
            return True
        if sum(not there.isdisjoint(names) for names in self.two_of) > 1:
            return True
        said = set(meanings(typed)) if self.meant else set()
        return any(said.issuperset(phrase) for phrase in meant(self.meant))


def with_numbers_named(typed: Words) -> Words:
    """“at 78” as “at anyage”, “item 39013” as “item anyitem”."""
    return tuple(number_meant(word) if word.isdecimal() else word for word in typed)


def number_meant(word: str) -> str:
    if len(word) == 2 and word >= "18":
        return ADULT_AGE
    return ITEM if len(word) == 5 else word


def holds(phrase: Words, typed: Words, stems: Words) -> bool:
    if len(phrase) == 1:
        return phrase[0] in typed
    return is_within(forms(phrase), stems)


# Of our own phrases alone, never of what somebody typed.
@cache
def forms(phrase: Words) -> Words:
    return stems_of(phrase)


@cache
def any_form(known: Phrases) -> Phrases:
    """Phrases of several words by their stems; one alone as it is written."""
    return tuple(stems_of(phrase) if len(phrase) > 1 else phrase for phrase in known)


@cache
def meant(known: Phrases) -> Phrases:
    return tuple(meanings(phrase) for phrase in known)


def phrases(text: str) -> Phrases:
    """Phrases with commas between them. A bar parts words that may stand in one place, and “_”
    joins several for it: “foot|leg wont|is_not move” are four phrases."""
    return tuple(
        tuple(plain_words(" ".join(words)))
        for phrase in text.split(",")
        if phrase.strip()
        for words in product(*(place.split("|") for place in phrase.split()))
    )
