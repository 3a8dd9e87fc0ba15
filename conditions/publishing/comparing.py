"""What changed between two versions of a page, line by line, for the person who publishes it.

Nothing that differs may go unmentioned: numbers, links and the urgency of a care card count too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from conditions.publishing.readability import Text, paragraphs
from conditions.rendering import READABLE_FORMATS

Kind = Literal["same", "added", "removed", "changed"]
Part = tuple[str, str]

UNREADABLE = "Another version of this software wrote this page, so it cannot be compared."
FORMAT_ONLY = "The words are the same. Only their look differs, such as bold or a heading."
ALIKE = 0.4

LABELS = {"key_facts": "Key fact", "sources": "Source", "prose": "Text", "stages": "Stage"}
LABELS |= {"glossary": "Explained word", "terms": "Term"}
# JSON from PostgreSQL does not keep the order of keys.
ORDER = ["title", "menu_title", "lead", "section", "slug", "stage", "ordering"]
ORDER += ["key_facts", "blocks", "sources", "level", "heading", "label", "value", "html"]
PLACES = {key: place for place, key in enumerate(ORDER)}
NOT_SHOWN = {"format", "kind", "facts"}  # a treatment option says its facts twice
# In other values a `<` is a letter.
RICH_TEXTS = {"html", "can_do", "avoid"}
RICH_TEXT = re.compile(r"<(?:p|ul|ol|h[1-6])[ >]")
UNLABELLED = {"heading", "html", "items", "text"}


class TextWithLinks(Text):
    """Names where a link leads, as a reader is led astray by an address as well."""

    href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "a":
            self.href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            self.handle_data(f" [{self.href}]")
            self.href = ""
        super().handle_endtag(tag)


class Change(NamedTuple):
    """A line, or a run of lines without a change. Parts are (op, words)."""

    kind: Kind
    label: str
    parts: list[Part]


class Line(NamedTuple):
    """One paragraph or value. Lines of one family may be versions of each other."""

    label: str
    family: str
    text: str
    only_one: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.family, self.text


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The differences of two payloads in reading order; an empty payload has no lines."""
    if not (is_readable(old) and is_readable(new)):
        return [Change("changed", "Cannot be shown", [("same", UNREADABLE)])]
    changes = list(differences(list(lines_to_compare(old)), list(lines_to_compare(new))))
    if old != new and all(change.kind == "same" for change in changes):
        changes.append(Change("changed", "Look", [("same", FORMAT_ONLY)]))
    return changes


def is_readable(payload: Any) -> bool:
    if not isinstance(payload, dict):
        return False
    return not payload or payload.get("format") in READABLE_FORMATS


def lines_to_compare(payload: dict[str, Any]) -> Iterator[Line]:
    for key, value in in_order(payload):
        label = LABELS.get(key) or key_in_words(key)
        if key == "blocks" and isinstance(value, list):
            yield from lines_of_blocks(value)
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield Line(f"{label} {number}", label, joined(item))
        else:
            yield from (Line(label, label, text, only_one=True) for text in texts(key, value))


def lines_of_blocks(blocks: list[Any]) -> Iterator[Line]:
    """Blocks are numbered within their kind: Text 1, Care card 1, Text 2."""
    numbers: Counter[str] = Counter()
    for block in blocks:
        fields = block if isinstance(block, dict) else {"text": block}
        kind = str(fields.get("kind", "text"))
        name = LABELS.get(kind) or key_in_words(kind)
        numbers[name] += 1
        yield from lines_of_block(f"{name} {numbers[name]}", name, fields)


def lines_of_block(label: str, name: str, fields: dict[str, Any]) -> Iterator[Line]:
    for key, value in in_order(fields):
        prefix = "" if key in UNLABELLED else f"{key_in_words(key)}: "
        only_one = key not in RICH_TEXTS and not isinstance(value, list)
        for text in [joined(value)] if isinstance(value, dict) else texts(key, value):
            yield Line(label, f"{name}, {key}", f"{prefix}{text}", only_one)


def texts(key: str, value: Any) -> Iterator[str]:
    """The paragraphs and other values within the value of a key."""
    if isinstance(value, dict):
        for inner, part in in_order(value):
            yield from texts(inner, part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(key, part)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield from paragraphs_of(key, str(value))


def paragraphs_of(key: str, text: str) -> list[str]:
    if key in RICH_TEXTS or RICH_TEXT.match(text):
        return paragraphs(text, reader=TextWithLinks)
    return [words for line in text.splitlines() if (words := " ".join(line.split()))]


def joined(item: Any) -> str:
    """A key fact, a source or a picture as one line."""
    return " – ".join(texts("", item))


def in_order(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    shown = [(str(key), value) for key, value in fields.items() if key not in NOT_SHOWN]
    return sorted(shown, key=lambda field: (PLACES.get(field[0], len(PLACES)), field[0]))


def key_in_words(key: str) -> str:
    return key.replace("_", " ").strip().capitalize()


def differences(old: list[Line], new: list[Line]) -> Iterator[Change]:
    old_keys, new_keys = [line.key for line in old], [line.key for line in new]
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            yield same(b - a)
        else:
            yield from changed_run(old[a:b], new[c:d])


def same(count: int) -> Change:
    text = "1 line is the same" if count == 1 else f"{count} lines are the same"
    return Change("same", "Unchanged", [("same", text)])


def changed_run(old: list[Line], new: list[Line]) -> Iterator[Change]:
    """Old lines that became new ones, in order; what has no partner was removed or added."""
    for line in new:
        place = next((n for n, before in enumerate(old) if alike(before, line)), None)
        if place is None:
            yield Change("added", line.label, [("added", line.text)])
            continue
        yield from map(removed, old[:place])
        yield Change("changed", line.label, changed_words(old[place].text, line.text))
        old = old[place + 1 :]
    yield from map(removed, old)


def removed(line: Line) -> Change:
    return Change("removed", line.label, [("removed", line.text)])


def alike(old: Line, new: Line) -> bool:
    """Whether one line is a version of the other: the share of words they have in common."""
    if old.family != new.family or old.only_one or new.only_one:
        return old.family == new.family
    a, b = set(old.text.split()), set(new.text.split())
    return 2 * len(a & b) >= ALIKE * (len(a) + len(b))


def changed_words(old: str, new: str) -> list[Part]:
    a, b = old.split(), new.split()
    parts: list[Part] = []
    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(("same", " ".join(a[i:j])))
            continue
        if i < j:
            parts.append(("removed", " ".join(a[i:j])))
        if k < m:
            parts.append(("added", " ".join(b[k:m])))
    return parts
