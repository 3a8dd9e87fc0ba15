"""Words as they are compared: without case, accents, hyphens."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
# What Unicode does not take apart, as names are written without it.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})

LONGEST_LABEL = 30  # letters
OFTEN_MISSPELT: tuple[str, ...] = (
    "patient",
    "surname",
    "address",
    "birth",
    "medicare",
    "telephone",
    "phone",
    "mobile",
    "provider",
    "gender",
)


def folded_words(text: str) -> list[str]:
    """`Ó’Brien-Núñez` is `obrien`, `nunez`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
    kept = "".join(c for c in plain if not unicodedata.combining(c)).translate(LETTERS)
    return WORD.findall(kept)


def mended(text: str) -> str:
    """A line whose label is misspelt by a letter too few, too many or swapped: “Pateint Name :”."""
    label, colon, rest = text.partition(":")
    if not colon or len(label) > LONGEST_LABEL or not label.strip():
        return text
    words = [right_word(word) for word in label.split(" ")]
    return " ".join(words) + colon + rest


def right_word(word: str) -> str:
    small = word.casefold()
    if len(small) < 5 or small in OFTEN_MISSPELT:
        return word
    near = [one for one in OFTEN_MISSPELT if is_a_slip(small, one) and small != f"{one}s"]
    return near[0].capitalize() if len(near) == 1 else word


def is_a_slip(word: str, right: str) -> bool:
    """Whether a letter is missing or doubled up, or two neighbours changed places."""
    if len(word) == len(right):
        return any(
            word == right[:n] + right[n + 1] + right[n] + right[n + 2 :]
            for n in range(len(right) - 1)
        )
    short, long = sorted((word, right), key=len)
    if len(long) - len(short) != 1:
        return False
    return any(short == long[:n] + long[n + 1 :] for n in range(len(long)))


def listed(text: str) -> frozenset[str]:
    """A set of words that are written one after the other."""
    return frozenset(text.split())
