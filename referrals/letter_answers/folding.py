"""Words as they are compared: without case, accents, hyphens."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
# What Unicode does not take apart, as names are written without it.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def folded_words(text: str) -> list[str]:
    """`Ó’Brien-Núñez` is `obrien`, `nunez`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
    kept = "".join(c for c in plain if not unicodedata.combining(c)).translate(LETTERS)
    return WORD.findall(kept)


def listed(text: str) -> frozenset[str]:
    """A set of words that are written one after the other."""
    return frozenset(text.split())
