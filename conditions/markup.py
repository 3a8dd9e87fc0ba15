"""Reads our own markup: its tags and texts one by one, or its words line by line."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

TOKEN = re.compile(r"(<!--.*?-->|<[a-zA-Z/!?](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
MARKED = re.compile(r"\bclass\s*=\s*[\"']?[^\"'>]*\bterm\b", re.IGNORECASE)
HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr"}
UNREAD = {"script", "style", "template", "textarea", "title"}
# Elements that stay within a line; every other element ends it, a line break too.
INLINE = {"a", "abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "del", "dfn", "em"}
INLINE |= {"i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub"}
INLINE |= {"sup", "time", "u", "var", "wbr"}
HEADINGS = {"h2": 2, "h3": 3}


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


class MarkupLine(NamedTuple):
    """A paragraph, an item of a list or a heading. `markup` is its words with their entities.

    `level` is 2 or 3 for a heading, which is there even when it has no words. `is_item` marks the
    first line of an item.
    """

    markup: str
    level: int = 0
    is_item: bool = False

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return " ".join(unescape(self.markup).split())


def read_lines(html: str, *, with_addresses: bool = False) -> Iterator[MarkupLine]:
    """The words of a fragment, line by line. Broken markup is read as well as it can be.

    `with_addresses` names behind each link where it leads.
    """
    words: list[str] = []
    address, is_item = "", False
    for token in tokens_of(html):
        tag = TAG.match(token.text) if token.is_tag else None
        if not token.is_tag and not UNREAD & token.within:
            words.append(token.text)
        if tag is None:
            continue
        name, is_end = tag[2].lower(), bool(tag[1])
        if name == "a" and with_addresses:
            words += [f" [{address}]"] if is_end and address else []
            address = "" if is_end else address_in(token.text)
        if name in INLINE:
            continue
        line = MarkupLine(" ".join("".join(words).split()), HEADINGS.get(name, 0) * is_end, is_item)
        if line.markup or line.level:
            yield line
            is_item = False
        words, is_item = [], is_item or (name == "li" and not is_end)
    if rest := " ".join("".join(words).split()):
        yield MarkupLine(rest, is_item=is_item)


def address_in(tag: str) -> str:
    """Where a link leads, with its entities; empty where it leads nowhere."""
    found = HREF.search(tag)
    return (found[1] or found[2] or found[3] or "") if found else ""


def read_words(html: str, *, with_addresses: bool = False) -> list[str]:
    """The lines that have words, as plain text."""
    lines = read_lines(html, with_addresses=with_addresses)
    return [text for line in lines if (text := line.text)]
