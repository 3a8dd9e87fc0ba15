"""Words of a search: how people's words are read, and how words are compared. Plain data only.

The databases stem words by their own rules to find pages. `stem` is only for comparing words here:
it is kept a little broader than theirs, so that what they found can be marked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

Words = tuple[str, ...]

LONGEST_QUERY = 200  # letters
MOST_CONCEPTS = 8
SHORTEST_WORD = 2  # letters

WORD = re.compile(r"[^\W_]+")
COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
OWNERSHIP = re.compile(r"['’](?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
LEVELS = re.compile(r"\b(?=[lst]\d)(?:[lst]\d{1,2}){2,}\b", re.IGNORECASE)  # of the spine: “l5s1”
LEVEL = re.compile(r"[lst]\d{1,2}", re.IGNORECASE)
COUNTED = re.compile(  # what somebody counts, written in one word: “6wks”, “10mg”
    r"\b(\d+)(?=(?:h|hrs?|hours?|days?|w|wks?|weeks?|months?|mths?|y|yrs?|years?|mg|mls?|kgs?|mm|cm)\b)",
    re.IGNORECASE,
)
PINS = re.compile(r"\bpins?(?:\W+(?:and|n|an)\W+|\W+)needles?\b", re.IGNORECASE)  # no injection
NOT = re.compile(r"\b(\w+)n['’]t\b", re.IGNORECASE)  # “can't” is not “can”
WRITTEN_SHORT = {
    "nite": "night",
    "tonite": "tonight",
    "tmrw": "tomorrow",
    "b4": "before",
    **dict.fromkeys(
        ("antiinflammatory", "antiinflamatory", "antinflammatory", "antinflamatory"),
        "anti inflammatory",
    ),
    **dict.fromkeys(
        ("antiinflammatories", "antiinflamatories", "antinflammatories", "antiinflams"),
        "anti inflammatories",
    ),
    "til": "until",
    "wat": "what",
    "wot": "what",
    "wen": "when",
    "u": "you",
    "ur": "your",
    "pls": "please",
    "plz": "please",
    "cos": "because",
    "coz": "because",
    "abt": "about",
    "yr": "year",
    "mth": "month",
    "wk": "week",
    "dx": "diagnosis",
    "tx": "treatment",
    "rf": "radiofrequency",
    "rfn": "radiofrequency",
    "rfd": "radiofrequency",
    "rft": "radiofrequency",
    "rhizo": "rhizotomy",
    "csi": "cortisone injection",
    "thr": "hip replacement",
    "tkr": "knee replacement",
    "ga": "general anaesthetic",
    "preg": "pregnant",
    "prego": "pregnant",
    "preggers": "pregnant",
    "preggo": "pregnant",
    "ank": "ankylosing",
    "spond": "spondylitis",
    "gyno": "gynaecologist",
    "cert": "certificate",
    "info": "information",
    "thru": "through",
    "esp": "especially",
    "surg": "surgery",
    "inj": "injection",
    "ttwb": "toe touch weight bearing",
    "pwb": "partial weight bearing",
    "fwb": "full weight bearing",
    "wbat": "weight bearing",
    "odi": "oswestry",
    "fluoro": "fluoroscopy",
    "lbp": "low back pain",
    "reg": "registrar",
    "yrs": "years",
    "mths": "months",
    "mnths": "months",
    "wks": "weeks",
    "hrs": "hours",
    "mins": "minutes",
}
ASKS_NUMBER = re.compile(
    r"\b(when|(what|which) (time|age|week|month|day)"
    r"|how (long|many|much|soon|often|far|old|big|likely)|rate|percent\w*|odds|chances?)\b",
    re.IGNORECASE,
)
SUFFIXES = ["nesses", "ations", "ness", "ation", "ings", "ing", "ions", "ion", "ies", "ied"]
SUFFIXES += ["ed", "ly", "es", "s", "y", "e"]
LONGER_ROOTS = {"ations", "ation", "nesses", "ness"}  # “ablation” is not “able”
LOSE_AN_E = {"ings", "ing", "ions", "ion", "ed", "es", "e"}
SHORT_ROOT = re.compile(r"[^aeiou]+[aeiouy][^aeiouwxy]")
WORDS_OF_THEIR_OWN = {"fasting", "footy"}  # not “fast”, and no foot
SINGULAR_ENDS = ("ss", "us", "is")
# The words that PostgreSQL's English configuration does not index, and some that ask.
SAY_NOTHING = """
a about above after again against all am an and any are as at be because been before being below
between both but by can could did do does doing don down during each few for from further get gets
getting had has have having he her here hers herself him himself his how i if in into is it its
itself just let long many may me more most much my myself need no nor not now of off often on once
only or other our ours ourselves out over own per please s same she should so some such t tell than
that the their theirs them themselves then there these they this those through to too under until
up very was we were what when where which while who whom why will with would you your yours
yourself yourselves cant dont wont isnt doesnt didnt couldnt wouldnt shouldnt hasnt havent wasnt
arent hadnt im ive vs versus
"""
STOP_WORDS = frozenset(SAY_NOTHING.split())


class Concept(NamedTuple):
    """One thing that was asked for, in all the words that mean it: “si joint”, “sij”, …"""

    phrases: tuple[Words, ...]

    @property
    def stems(self) -> tuple[Words, ...]:
        return stems_of_all(self.phrases)

    def means(self, other: "Concept") -> bool:
        return set(self.stems) == set(other.stems)


class Asked(NamedTuple):
    """A query as it was read. `words` are all that count, in order and without marks. Who
    `asks_number` wants to know when, how long or how many."""

    words: Words
    concepts: tuple[Concept, ...]
    asks_number: bool = False


def folded(text: str) -> str:
    """Small letters without accents: “Café” becomes “cafe”."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def bare(query: str) -> str:
    """A query without the ends of ownership, with words in full that are written short, and with a
    space where numbers or levels of the spine were run together with what follows."""
    query = PINS.sub("tingling", query)
    query = NOT.sub(r"\1nt", query)
    query = WORD.sub(lambda word: WRITTEN_SHORT.get(word[0].lower(), word[0]), query)
    query = LEVELS.sub(lambda levels: " ".join(LEVEL.findall(levels[0])), query)
    return COUNTED.sub(r"\1 ", OWNERSHIP.sub("", query))


def plain_words(text: str) -> list[str]:
    """The words of a text, folded; hyphens part words, as both databases part them."""
    return [folded(word) for word in WORD.findall(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What a word shares with its other forms: “injections” and “injected” give “inject”.

    The `e` of short words stays, so that “caring” is not “car” and “sitting” is not “site”.
    """
    for suffix in () if word in WORDS_OF_THEIR_OWN else SUFFIXES:
        root = word.removesuffix(suffix)
        if len(root) < 3 + (suffix in LONGER_ROOTS) or root == word:
            continue
        if suffix == "s" and word.endswith(SINGULAR_ENDS):
            continue
        if suffix == "y" and root[-1] in "aeou":  # “delay” as “delays”
            continue
        if suffix == "ly":
            return stem(root)
        if suffix in LOSE_AN_E:
            return undoubled(root) or (f"{root}e" if SHORT_ROOT.fullmatch(root) else root)
        return root
    return word


def undoubled(root: str) -> str:
    """“swimming” has “swim” in it; empty for “falling”, which has “fall”."""
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeioulsz"
    return root[:-1] if doubled else ""


def stems_of(words: Iterable[str]) -> Words:
    return tuple(stem(word) for word in words)


@lru_cache(maxsize=2_000)
def stems_of_all(phrases: tuple[Words, ...]) -> tuple[Words, ...]:
    """Kept, as a search asks for it at each passage of each page."""
    return tuple(stems_of(phrase) for phrase in phrases)


def read_query(text: str, groups: Iterable[Iterable[str]] = ()) -> Asked:
    """What a person asks for. `groups` are words and phrases that mean the same.

    Words that say nothing by themselves are dropped, unless they are part of a known phrase, such
    as “off work”. A word with a hyphen is searched as a phrase.
    """
    text = bare(unicodedata.normalize("NFC", text[:LONGEST_QUERY]))
    compounds = [tuple(plain_words(compound)) for compound in COMPOUND.findall(text)]
    compounds = [compound for compound in compounds if compound]
    alike = same_meanings(tuple(tuple(group) for group in groups))
    concepts: list[Concept] = []
    while compounds:
        concept, taken = first_concept(compounds, alike)
        del compounds[:taken]
        if concept and not any(concept.means(known) for known in concepts):
            concepts.append(concept)
    chosen = tuple(concepts[:MOST_CONCEPTS])
    words = tuple(word for concept in chosen for word in concept.phrases[0])
    return Asked(words, chosen, asks_number=bool(ASKS_NUMBER.search(text)))


@lru_cache(maxsize=4)
def same_meanings(groups: tuple[Words, ...]) -> dict[Words, tuple[Words, ...]]:
    """For the stems of each phrase, all phrases that mean the same."""
    alike: dict[Words, tuple[Words, ...]] = {}
    for group in groups:
        phrases = [tuple(plain_words(phrase)) for phrase in group]
        phrases = [phrase for phrase in dict.fromkeys(phrases) if phrase]
        for phrase in phrases:
            known = alike.get(stems_of(phrase), ())
            alike[stems_of(phrase)] = tuple(dict.fromkeys([*known, *phrases]))
    return alike


def first_concept(
    compounds: list[Words], alike: dict[Words, tuple[Words, ...]]
) -> tuple[Concept | None, int]:
    """The concept that the query starts with, and how many of its compounds that takes."""
    longest = max(map(len, alike), default=0)
    for taken in range(min(longest, len(compounds)), 0, -1):
        words = tuple(word for compound in compounds[:taken] for word in compound)
        if stems_of(words) in alike:
            return Concept(tuple(dict.fromkeys([words, *alike[stems_of(words)]]))), taken
    words = compounds[0]
    if len(words) == 1 and (words[0] in STOP_WORDS or len(words[0]) < SHORTEST_WORD):
        return None, 1
    return Concept((words,)), 1


def starts_of(phrase: Words, text: Words) -> Iterator[int]:
    """The places in `text` where `phrase` stands."""
    size = len(phrase)
    place = -1
    while True:
        try:
            place = text.index(phrase[0], place + 1)
        except ValueError:
            return
        if size == 1 or text[place : place + size] == phrase:
            yield place


def is_within(phrase: Words, text: Words) -> bool:
    if len(phrase) == 1:  # asked of each passage of each page, so without a loop of ours
        return phrase[0] in text
    return phrase[0] in text and next(starts_of(phrase, text), None) is not None


def times_in(text: Words, phrase: Words) -> int:
    """How often the phrase stands there."""
    return text.count(phrase[0]) if len(phrase) == 1 else sum(1 for _ in starts_of(phrase, text))
