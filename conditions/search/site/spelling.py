"""“Did you mean …?”: the nearest word that stands on the site. Knows no other dictionary."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from conditions.search.wording import STOP_WORDS, stem

FILE = Path(__file__).parents[1] / "ordinary_words.toml"
SHORTEST_MENDED = 5  # letters of what somebody typed
SHORTEST_MEANT = 4  # letters of the word that was meant: “babby” is “baby”
LONGEST_MENDED = 30
SHORTEST_PART, LONGER_PART = 3, 4  # letters of two words that were run together
LONG_WORD = 8  # from here on two slips are mended, below it one
# Nobody is led to one of these by a slip of the pen: “cancel” is not “cancer”.
ALARMING = """
cancer cancers cancerous tumour tumours tumor malignant death deaths dead die dies dying died fatal
stroke sepsis paralysed paralysis infection infected fracture fractured haemorrhage embolism clot
clots suicide suicidal amputation bowel bowels bladder emergency paralysing paralyzed
"""
NEVER_MEANT = frozenset(ALARMING.split())
SOUNDS = [
    (re.compile(written), heard)
    for written, heard in [
        ("[tsc]ion|shun|shon", "Xan"),
        ("ph", "f"),
        ("c(?=[eiy])", "s"),
        ("ck|ch|[cq]", "k"),
        ("z", "s"),
        ("x", "ks"),
        (r"(.)\1", r"\1"),
        ("[aeiouy]+", "a"),
        ("h", ""),
        ("a$", ""),
    ]
]


class Vocabulary:
    """The words of the site: on how many pages each stands. What only a slip of the pen needs is
    made when there is one."""

    def __init__(self, counts: Mapping[str, int], others: Iterable[str] = ()) -> None:
        """`others` are words that a search knows besides, folded as all are."""
        self.counts = {**dict.fromkeys(others, 0), **counts}
        self.stems = frozenset(map(stem, self.counts))

    @cached_property
    def by_length(self) -> dict[int, list[tuple[str, int, int]]]:
        """Words, their letters, and on how many pages each stands, by the number of letters."""
        known: dict[int, list[tuple[str, int, int]]] = {}
        for word, count in self.counts.items():
            if len(word) >= SHORTEST_MEANT and word.isalpha():
                known.setdefault(len(word), []).append((word, letters_of(word), count))
        return known

    @cached_property
    def by_sound(self) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        for word in self.counts:
            if len(word) >= SHORTEST_MENDED and word.isalpha() and word not in NEVER_MEANT:
                known.setdefault(sound(word), []).append(word)
        return known


def letters_of(word: str) -> int:
    """Which letters a word has, as a number with a bit for each. Two letters may share one."""
    letters = 0
    for letter in word:
        letters |= 1 << (ord(letter) & 63)
    return letters


def sound(word: str) -> str:
    """How a word sounds, roughly: “fisio” and “physio”, “operashun” and “operation” are alike."""
    for written, heard in SOUNDS:
        word = written.sub(heard, word)
    return word


@cache
def ordinary_words() -> frozenset[str]:
    """Spelt as they should be, whether the site has them or not."""
    groups = tomllib.loads(FILE.read_text(encoding="utf-8")).values()
    return frozenset(word for group in groups for word in group.split())


def mended(word: str, vocabulary: Vocabulary, fits: Callable[[str], float] | None = None) -> str:
    """The nearest word of the site; empty when the site knows the word or has none like it. Of
    several as near the one that `fits` best what else was typed, then the one on most pages."""
    length = len(word)
    if not SHORTEST_MENDED <= length <= LONGEST_MENDED or not word.isalpha():
        return ""
    if word in STOP_WORDS or word in ordinary_words() or stem(word) in vocabulary.stems:
        return ""
    slips = 2 if length >= LONG_WORD else 1
    letters = letters_of(word)
    likely = (
        (distance(word, other, slips) + doubt(word, other), -count, other)
        for size in range(length - slips, length + slips + 1)
        for other, its_letters, count in vocabulary.by_length.get(size, [])
        if (letters ^ its_letters).bit_count() <= 2 * slips and other not in NEVER_MEANT
    )
    if near := sorted(one for one in likely if one[0] < slips + 1):
        as_near = [other for apart, _, other in near if apart == near[0][0]]
        return max(as_near, key=fits) if fits and len(as_near) > 1 else as_near[0]
    most = (length + 1) // 2  # “fisio” is “physio”, but “botox” is not “buttocks”
    alike = vocabulary.by_sound.get(sound(word), [])
    heard = ((distance(word, other, most), other) for other in alike)
    apart, nearest = min(heard, default=(most + 1, ""))
    return nearest if apart <= most else parted(word, vocabulary)


def doubt(word: str, other: str) -> float:
    """Whether a word is less likely meant: another first letter, or very short."""
    return (word[0] != other[0]) / 2 + (len(other) < SHORTEST_MENDED) / 4


def parted(word: str, vocabulary: Vocabulary) -> str:
    """Two words of the site that were run together: “backpain”."""
    for size in sorted(range(SHORTEST_PART, len(word) - LONGER_PART + 1), reverse=True):
        halves = word[:size], word[size:]
        is_known = all(stem(half) in vocabulary.stems for half in halves)
        if is_known and not NEVER_MEANT.intersection(halves):
            return " ".join(halves)
    return ""


def distance(one: str, other: str, limit: int) -> int:
    """How many letters are added, lost, changed or swapped with their neighbour between two words.

    `limit + 1` stands for anything above the limit.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, other_letter in enumerate(other, 1):
            same = letter == other_letter
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (not same))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
