"""Explains a word where it first stands: a popover that the browser opens without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.html import escape
from django.utils.text import slugify

Item = dict[str, Any]

TOKEN = re.compile(r"(<!--.*?-->|<[a-zA-Z/!?](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
MARKED = re.compile(r"\bclass\s*=\s*[\"']?[^\"'>]*\bterm\b", re.IGNORECASE)
TERM_ID = re.compile(r"\bid=\"(term-[^\"]*)\"")
SPACE = r"(?:\s|&nbsp;)+"
APOSTROPHE = "(?:'|’|&#x27;|&#39;|&rsquo;)"
SPELT = {"&": "&(?:amp;)?", "<": "(?:<|&lt;)", ">": "(?:>|&gt;)", "'": APOSTROPHE, "’": APOSTROPHE}

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr"}
UNREAD = {"script", "style", "template", "textarea", "title"}
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


def mark_first_uses(html: str, glossary: list[Item]) -> str:
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


def terms_on(html_texts: list[str], glossary: list[Item]) -> list[Item]:
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


def may_mark(token: "Token") -> bool:
    """Only text; text with a `<` is broken markup, which is left alone."""
    return not token.is_tag and "<" not in token.text and not UNMARKED & token.within


def vocabulary(glossary: list[Item]) -> Vocabulary:
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


def unique_ids(glossary: list[Item]) -> dict[int, str]:
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


class Token(NamedTuple):
    text: str
    is_tag: bool
    within: frozenset[str]


def tokens_of(html: str) -> Iterator[Token]:
    """Tags and the texts between them, each with the names of the elements that are open."""
    within: list[tuple[str, str]] = []
    for number, text in enumerate(TOKEN.split(html)):
        is_tag = bool(number % 2)
        yield Token(text, is_tag, frozenset(role for _, role in within))
        if is_tag:
            pass_by(text, within)


def pass_by(text: str, within: list[tuple[str, str]]) -> None:
    """Open or close an element. `<a/>` opens one too: HTML ignores that slash."""
    tag = TAG.match(text)
    if tag is None:
        return
    name = tag[2].lower()
    if tag[1]:
        close(name, within)
    elif name not in VOID:
        within.append((name, "mark" if MARKED.search(text) else name))


def close(name: str, within: list[tuple[str, str]]) -> None:
    names = [opened for opened, _ in within]
    if name in names:
        del within[len(names) - 1 - names[::-1].index(name) :]
