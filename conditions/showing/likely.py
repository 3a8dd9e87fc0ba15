"""What somebody may have looked for who typed an address that is none. Pure functions.

Only words of the address are compared with those of pages that are live: nothing of it is shown.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from django.urls import reverse

MOST = 3
SHORTEST_PART = 4  # letters of a word that is written out in full in a page's name
LONGEST = 200  # characters of an address: what is longer was not typed
SAYS_NOTHING = {"the", "and", "for", "after", "with", "html", "php", "index", "www"}
# What people call a page, beside the words of its own address.
ALSO = {
    "fees": "price prices pricing cost costs money charges payment quote",
    "your-first-appointment": "visit consultation",
    "preparing-for-surgery": "before operation",
}
FIXED = [
    ("referrals:contact", "Write to the rooms", "contact write book booking appointment rooms"),
    ("referrals:refer", "Refer a patient", "refer referral referrals"),
    ("conditions:recovery", "Recovery planner", "recovery planner plan dates"),
    ("conditions:team", "Our team", "team about staff people surgeon"),
    ("conditions:glossary", "Words explained", "glossary words"),
]


class Page(Protocol):
    """What of a live page is compared."""

    slug: str
    menu_title: str

    def get_absolute_url(self) -> str: ...


class Likely(NamedTuple):
    address: str
    title: str


def likely_pages(pages: Iterable[Page], asked: str) -> list[Likely]:
    """The best first, a few at most; none where no word fits."""
    words = words_in(asked[:LONGEST])
    named = [
        (Likely(page.get_absolute_url(), page.menu_title), words_of(page.slug)) for page in pages
    ]
    named += [(Likely(reverse(name), title), words_in(says)) for name, title, says in FIXED]
    scored = [(fitting(words, own), len(own), likely) for likely, own in named]
    found = sorted((-score, size, likely) for score, size, likely in scored if score)
    return [likely for _, _, likely in found[:MOST]]


def words_of(slug: str) -> set[str]:
    return words_in(f"{slug} {ALSO.get(slug, '')}")


def words_in(text: str) -> set[str]:
    return {word for word in re.findall("[a-z]{3,}", text.lower()) if word not in SAYS_NOTHING}


def fitting(words: set[str], own: set[str]) -> int:
    """How many words fit; a beginning counts less than a whole word, and one or many the same."""
    whole = {word for word in words if own & {word, f"{word}s", word.removesuffix("s")}}
    begun = {
        word
        for word in words - whole
        if len(word) >= SHORTEST_PART and any(other.startswith(word) for other in own)
    }
    return 2 * len(whole) + len(begun)
