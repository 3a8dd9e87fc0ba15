"""Explains a word where it first stands: a popover that the browser opens without JavaScript."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.utils.html import escape
from django.utils.text import slugify

from conditions.markup import UNREAD, Token, tokens_of

Item = Mapping[str, Any]  # a term as a payload holds it
AnyItem = TypeVar("AnyItem", bound=Item)

TERM_ID = re.compile(r"\bid=\"(term-[^\"]*)\"")
SPACE = r"(?:\s|&nbsp;)+"
APOSTROPHE = "(?:'|’|&#x27;|&#39;|&rsquo;)"
SPELT = {"&": "&(?:amp;)?", "<": "(?:<|&lt;)", ">": "(?:>|&gt;)", "'": APOSTROPHE, "’": APOSTROPHE}

UNMARKED = {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "button",
    "summary",
    "dt",
    "figcaption",
    "cite",
    "label",
    "legend",
    "caption",
    "th",
    "b",
}
UNMARKED |= {"iframe", "math", "noscript", "option", "select", "svg", "mark"} | UNREAD


class Vocabulary(NamedTuple):
    """One pattern for all words, and the item that each of its groups stands for."""

    pattern: re.Pattern[str]
    items: dict[str, Item]


def mark_first_uses(html: str, glossary: Sequence[Item]) -> str:
    """Explain each term at its first use, but not in headings, links, buttons and the like.

    Marked once more, a page stays as it is.
    """
    words = vocabulary(glossary)
    ids = unique_ids(glossary)
    used = set(TERM_ID.findall(html))

    def mark(match: re.Match[str]) -> str:
        item = words.items[match.lastgroup or ""]
        key = ids[id(item)]
        if key in used:
            return match[0]
        used.add(key)
        return marked(match[0], item, key)

    return "".join(
        words.pattern.sub(mark, token.text) if may_mark(token) else token.text
        for token in tokens_of(html)
    )


def terms_on(html_texts: Iterable[str], glossary: Sequence[AnyItem]) -> list[AnyItem]:
    """The items of the glossary whose words occur, in the order of the glossary."""
    words = vocabulary(glossary)
    found = {
        id(words.items[match.lastgroup or ""])
        for html in html_texts
        for token in tokens_of(html)
        if not token.is_tag and not UNREAD & token.within
        for match in words.pattern.finditer(token.text)
    }
    return [item for item in glossary if id(item) in found]


def may_mark(token: Token) -> bool:
    """Only text; text with a `<` is broken markup, which is left alone."""
    return not token.is_tag and "<" not in token.text and not UNMARKED & token.within


def vocabulary(glossary: Sequence[Item]) -> Vocabulary:
    """Longer terms come first, so that “sacroiliac joint” is not taken for “joint”."""
    words = [(word, item) for item in glossary for word in forms_of(item)]
    words.sort(key=lambda pair: -len(pair[0]))
    groups = {f"t{number}": item for number, (_, item) in enumerate(words)}
    either = "|".join(f"(?P<t{number}>{spelling(word)})" for number, (word, _) in enumerate(words))
    # Not within a word or a compound, an entity such as &amp; or {emergency}.
    pattern = rf"(?<![\w&#{{-])(?:{either})(?![\w-])" if words else r"(?!)"
    return Vocabulary(re.compile(pattern, re.IGNORECASE), groups)


def forms_of(item: Item) -> list[str]:
    words = [item.get("term"), *(item.get("variants") or [])]
    return [" ".join(word.split()) for word in words if word and word.strip()]


def spelling(word: str) -> str:
    """The word as it may stand in markup or in plain text."""
    parts = ["".join(SPELT.get(sign, re.escape(sign)) for sign in part) for part in word.split()]
    return SPACE.join(parts)


def unique_ids(glossary: Sequence[Item]) -> dict[int, str]:
    """An id for each item, even where two terms make the same slug or none."""
    ids: dict[int, str] = {}
    for number, item in enumerate(glossary, 1):
        key = f"term-{slugify(item.get('term') or '')}".rstrip("-")
        taken = key == "term" or key in ids.values()
        ids[id(item)] = f"{key}-{number}" if taken else key
    return ids


def marked(word: str, item: Item, key: str) -> str:
    """`word` comes out of the markup and is escaped already."""
    said = f" (say {escape(item['pronunciation'])})" if item.get("pronunciation") else ""
    return (
        f'<span class="term"><button type="button" class="term-word" popovertarget="{key}">'
        f'{word}</button><span class="term-meaning" id="{key}" popover>'
        f"<strong>{escape(item['term'])}</strong>{said}: {escape(item['definition'])}"
        "</span></span>"
    )
