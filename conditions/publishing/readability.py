"""How hard a text is to read: the Flesch-Kincaid grade, and the sentences that raise it.

The grade is only a hint, so a small counter of our own will do: no word list, no dependency.
"""

import re

from conditions.markup import read_words

LONG = 25

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’\-‑][^\W_]+)*[^\W_]*")
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^a-z\s])")
ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|fig|approx)|\be\.g|\bi\.e)$", re.I)

VOWELS = re.compile(r"(?:[aeiouáàâäéèêëíîïóôöúùûü]|y(?![aeiou]))+")
SILENT = [
    re.compile(r"(?<![aeiouy])(?<![^aeiouy]l)e$"),  # bone, but not muscle
    re.compile(r"(?<![aeiouysxzcg])(?<![cs]h)(?<![^aeiouy]l)es$"),  # bones, but not boxes
    re.compile(r"(?<![aeiouytd])(?<![^aeiouylr]l)ed$"),  # walked, but not treated
    re.compile(r"(?<![aeiouyl])e(?:ly|ful|fully|less|ment|ments|ness)$"),  # movement
]
SPOKEN_APART = [
    re.compile(r"(?<![ctsgx])i(?:a(?!ge)|u|o(?!n))"),  # trial, ilium, radio
    re.compile(r"(?<![ctsgxln])ion"),  # accordion
    re.compile(r"ie(?=t)|eo(?!ple|n)|(?<![qg])ua(?=[lt])"),  # diet, video, usual
    re.compile(r"(?:[^aeiou]y|[eo])ing\b"),  # lying, being, going
    re.compile(r"sms?$"),  # mechanism
]
SYLLABLES = {
    "anaesthetic": 4,
    "area": 3,
    "business": 2,
    "cement": 2,
    "client": 2,
    "create": 2,
    "created": 3,
    "clothes": 1,
    "dysfunction": 3,
    "element": 3,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "eye": 1,
    "idea": 3,
    "iliac": 3,
    "ilium": 3,
    "joint": 1,
    "ligament": 3,
    "maybe": 2,
    "medicine": 3,
    "million": 2,
    "neurotomy": 4,
    "osteoarthritis": 6,
    "physio": 3,
    "physiotherapist": 6,
    "physiotherapy": 6,
    "radiofrequency": 6,
    "rely": 2,
    "sacroiliac": 5,
    "sacroiliitis": 6,
    "science": 2,
    "scientist": 3,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "therefore": 2,
    "whole": 1,
}


def sentences(html: str) -> list[str]:
    """The sentences of a fragment. The end of a block element ends a sentence too."""
    found = (sentence for text in read_words(html) for sentence in split(text))
    return [sentence for sentence in found if WORD.search(sentence)]


def split(text: str) -> list[str]:
    """Cut a paragraph after `.`, `!` and `?`, but not after “Dr.” or before a small letter."""
    ends = [
        match.end()
        for match in SENTENCE_END.finditer(text)
        if not ABBREVIATION.search(text, max(0, match.start() - 10), match.start())
    ]
    return [text[a:b].strip() for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def grade(html: str) -> float:
    """The Flesch-Kincaid grade: 7 is read with ease at the age of 12. No words: 0."""
    return grade_of(sentences(html))


def grade_of(sentences: list[str]) -> float:
    words, syllables = count(sentences)
    return flesch_kincaid(len(sentences), words, syllables)


def longer_than(limit: int, sentences: list[str]) -> list[str]:
    return [sentence for sentence in sentences if len(WORD.findall(sentence)) > limit]


def worst_of(sentences: list[str], how_many: int) -> list[str]:
    all_words, all_syllables = count(sentences)

    def grade_without(sentence: str) -> float:
        words, syllables = count([sentence])
        return flesch_kincaid(len(sentences) - 1, all_words - words, all_syllables - syllables)

    return sorted(dict.fromkeys(sentences), key=grade_without)[:how_many]


def flesch_kincaid(sentences: int, words: int, syllables: int) -> float:
    if not sentences or not words:
        return 0.0
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def count(sentences: list[str]) -> tuple[int, int]:
    """Words and syllables."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    return len(words), sum(map(syllables, words))


def syllables(word: str) -> int:
    """A number counts one: it is taken in at a glance. MRI counts three: it is spelt out."""
    if word.isupper() and 1 < len(word) <= 4:
        return len(word)
    return sum(map(syllables_of_part, re.split(r"[-‑]", re.sub(r"['’]", "", word.lower()))))


def syllables_of_part(word: str) -> int:
    known = SYLLABLES.get(word) or SYLLABLES.get(word.removesuffix("s"))
    if known:
        return known
    total = len(VOWELS.findall(word))
    total -= any(silent.search(word) for silent in SILENT)
    total += sum(len(apart.findall(word)) for apart in SPOKEN_APART)
    return max(total, 1)
