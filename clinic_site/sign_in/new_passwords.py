"""Is a new password easy to guess? Asked without a network; the refusal says why and what to do.

Beside the list of stolen ones it looks for what people make of a short word to reach 15 signs:
the word again, digits and signs around it, letters written as digits, keys in a row, and the
words that everybody connects with this site.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import Error as AnyDatabaseError

from clinic_site.models import Clinic
from clinic_site.sign_in.breached import was_stolen

HOW_TO_CHOOSE = (
    "Take four or five words that have nothing to do with each other, with you or with the rooms."
    " Spaces between them are fine."
)
LONGEST = 1000
SHORTEST_NUMBER = 15  # without its spaces
FEWEST_SIGNS = 6  # different ones
SHORTEST_UNIT = 9  # of a password that says the same again
WALKED = 0.7  # of the steps from key to key
WORDS_OF_THE_FIELD = """admin appointment clinic doctor hospital joint letmein login medical nurse
    password patient patients practice reception receptionist referral referrals rooms sacroiliac
    sacrum secret spine staff surgeon surgery welcome website"""
AS_DIGITS = str.maketrans("@4310$5!78", "aaeiossitb")
KEYS = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"]


class NotEasilyGuessed:
    """A validator as `AUTH_PASSWORD_VALIDATORS` wants it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if why := why_easy(password, user):
            raise ValidationError(f"{why} {HOW_TO_CHOOSE}", code="easy")

    def get_help_text(self) -> str:
        return HOW_TO_CHOOSE


def why_easy(password: str, user: Any = None) -> str:
    """One sentence, or nothing for a good password."""
    if len(password) > LONGEST:
        return f"This password has more than {LONGEST} characters."
    folded = password.casefold().strip()
    if was_stolen(folded) or folded in common():
        return "This password is on a list of stolen ones, which are tried first."
    return why_poor(folded) or why_well_known(folded, user)


def why_poor(folded: str) -> str:
    """Long, but made of little."""
    if not any(map(str.isalpha, folded)) and len("".join(folded.split())) < SHORTEST_NUMBER:
        return "This password is a short number: its spaces do not make it longer."
    if says_the_same_again(folded):
        return "This password says the same thing again and again."
    if len(set(folded)) < FEWEST_SIGNS:
        return "This password has very few different characters."
    if is_walked(folded):
        return "This password is made of keys or characters in a row."
    return ""


def why_well_known(folded: str, user: Any) -> str:
    """Made of words that are tried first."""
    near = words_near(user)
    if any(is_made_of(text, common() | near, at_most=2) for text in readings(folded)):
        return "This password is a well-known word or two with something added."
    if any(is_made_of(text, near, at_most=len(text)) for text in readings(folded)):
        return "This password is made of words that people connect with you or with the rooms."
    return ""


@cache
def common() -> frozenset[str]:
    """Django's list: 20,000 short passwords."""
    return frozenset(CommonPasswordValidator().passwords)


def words_near(user: Any) -> frozenset[str]:
    """Words of the clinic, of the site's address, of the field and of the person."""
    said = [WORDS_OF_THE_FIELD, urlsplit(settings.SITE_URL).hostname or "", *of_the_clinic()]
    for name in ("username", "first_name", "last_name", "email"):
        said.append(str(getattr(user, name, "") or ""))
    return frozenset(w for text in said for w in re.findall(r"[^\W\d_]{3,}", text.casefold()))


def of_the_clinic() -> list[str]:
    try:
        clinic = Clinic.current()
        rooms = clinic.locations.values_list("name", "address") if clinic.pk else []
        return [clinic.name, clinic.tagline, clinic.email, *(t for room in rooms for t in room)]
    except AnyDatabaseError:  # a first account may be made before the tables
        return []


def says_the_same_again(text: str) -> bool:
    """`abcabcabcabcabc`, also with gaps, and with a piece left over."""
    text = re.sub(r"[\W_]", "", text) or text
    for size in range(1, min(SHORTEST_UNIT, len(text) // 2 + 1)):
        unit = text[:size]
        if (unit * (len(text) // size + 1))[: len(text)] == text:
            return True
    return False


@cache
def neighbours() -> frozenset[tuple[str, str]]:
    """Keys beside and below each other, both ways."""
    pairs = set()
    for row, below in zip(KEYS, [*KEYS[1:], ""], strict=True):
        pairs |= set(pairwise(row)) | set(zip(row, below, strict=False))
        pairs |= set(zip(row[1:], below, strict=False))
    return frozenset(pairs | {(second, first) for first, second in pairs})


def is_walked(text: str) -> bool:
    """Most steps are to the key beside, to the next character, or none."""
    steps = list(pairwise(text))
    near = [a for a, b in steps if abs(ord(a) - ord(b)) <= 1 or (a, b) in neighbours()]
    return len(near) >= WALKED * len(steps)


def readings(folded: str) -> Iterator[str]:
    """The letters, as typed and with digits and signs read as letters; what stands around a word
    is left out."""
    yield re.sub(r"[\W\d_]", "", folded)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    yield re.sub(r"[\W\d_]", "", core.translate(AS_DIGITS))
    yield re.sub(r"[\W\d_]", "", folded.translate(AS_DIGITS))


def is_made_of(text: str, words: frozenset[str], *, at_most: int) -> bool:
    """Whether the text is that many different words of these, or fewer, each as often as it likes.
    Digits and signs alone are no word.
    """
    if not text:
        return False
    ways: dict[int, list[frozenset[str]]] = {0: [frozenset()]}
    for end in range(1, len(text) + 1):
        found = {
            way | {text[start:end]}
            for start in range(max(0, end - 20), end - 2)
            for way in ways.get(start, [])
            if text[start:end] in words
        }
        ways[end] = sorted((way for way in found if len(way) <= at_most), key=len)[:10]
    return bool(ways[len(text)])
