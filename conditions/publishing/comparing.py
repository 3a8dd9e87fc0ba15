"""What changed between two versions of a page, line by line, for the person who publishes it.

Nothing that differs may go unmentioned: numbers, links and the urgency of a care card count too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from django.utils.text import capfirst

from conditions.blocks.kind import Part, Role
from conditions.blocks.registry import kind_of
from conditions.markup import read_words
from conditions.payloads import StoredPayload, readable

Kind = Literal["same", "added", "removed", "changed"]
Piece = tuple[str, str]  # what happened to some words, and the words

UNREADABLE = "Another version of this software wrote this page, so it cannot be compared."
FORMAT_ONLY = "The words are the same. Only their look differs, such as bold or a heading."
ALIKE = 0.4

LABELS = {"key_facts": "Key fact", "sources": "Source", "stages": "Stage"}
LABELS |= {"glossary": "Explained word", "terms": "Term"}
# JSON from PostgreSQL does not keep the order of keys. Blocks say theirs themselves.
ORDER = ["title", "menu_title", "lead", "section", "slug", "stage", "ordering"]
ORDER += ["key_facts", "blocks", "sources", "label", "value"]
PLACES = {key: place for place, key in enumerate(ORDER)}
NOT_SHOWN = {"format", "kind"}
# In other values a `<` is a letter.
RICH_TEXT = re.compile(r"<(?:p|ul|ol|h[1-6])[ >]")


class Change(NamedTuple):
    """A line, or a run of lines without a change. Parts are (op, words)."""

    kind: Kind
    label: str
    parts: list[Piece]


class Line(NamedTuple):
    """One paragraph or value. Lines of one family may be versions of each other."""

    label: str
    family: str
    text: str
    only_one: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.family, self.text


def compare(old: StoredPayload, new: StoredPayload) -> list[Change]:
    """The differences of two payloads in reading order; an empty payload has no lines."""
    before, after = (readable(stored) if stored else stored for stored in (old, new))
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [Change("changed", "Cannot be shown", [("same", UNREADABLE)])]
    changes = list(differences(list(lines_to_compare(before)), list(lines_to_compare(after))))
    if before != after and all(change.kind == "same" for change in changes):
        changes.append(Change("changed", "Look", [("same", FORMAT_ONLY)]))
    return changes


def lines_to_compare(payload: Mapping[str, Any]) -> Iterator[Line]:
    for key, value in in_order(payload):
        label = LABELS.get(key) or key_in_words(key)
        if key == "blocks" and isinstance(value, list):
            yield from lines_of_blocks(value)
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield Line(f"{label} {number}", label, joined(item))
        else:
            yield from (Line(label, label, text, only_one=True) for text in texts(value))


def lines_of_blocks(blocks: list[Any]) -> Iterator[Line]:
    """Blocks are numbered within their kind: Text 1, Care card 1, Text 2."""
    numbers: Counter[str] = Counter()
    for block in blocks:
        fields = block if isinstance(block, dict) else {"text": block}
        name = name_of(fields)
        numbers[name] += 1
        for key, part, value in parts_of(fields):
            yield from lines_of_part(f"{name} {numbers[name]}", f"{name}, {key}", part, value)


def name_of(block: dict[str, Any]) -> str:
    """A kind as the editor calls it; one that is not known by its own name."""
    kind = kind_of(block)
    return capfirst(kind.label()) if kind else key_in_words(str(block.get("kind", "text")))


def parts_of(block: dict[str, Any]) -> Iterator[tuple[str, Part, Any]]:
    """What a kind declares, in its order and with its labels; then what nobody declared."""
    kind = kind_of(block)
    declared = kind.parts if kind else {}
    for key, part in declared.items():
        if key in block and part.role is not Role.COPY:
            label = key_in_words(key) if part.label is None else part.label
            yield key, part._replace(label=label), block[key]
    for key, value in in_order(block):
        if key not in declared:
            yield key, Part(label="" if key == "text" else key_in_words(key)), value


def lines_of_part(label: str, family: str, part: Part, value: Any) -> Iterator[Line]:
    prefix = f"{part.label}: " if part.label else ""
    is_rich = part.role is Role.RICH
    only_one = not is_rich and not isinstance(value, list)
    for text in [joined(value)] if isinstance(value, dict) else texts(value, is_rich=is_rich):
        yield Line(label, family, f"{prefix}{text}", only_one)


def texts(value: Any, *, is_rich: bool = False) -> Iterator[str]:
    """The paragraphs and other values within a value."""
    if isinstance(value, dict):
        for _, part in in_order(value):
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield from paragraphs_of(str(value), is_rich)


def paragraphs_of(text: str, is_rich: bool) -> list[str]:
    """A reader is led astray by an address as well: where links lead is named."""
    if is_rich or RICH_TEXT.match(text):
        return read_words(text, with_addresses=True)
    return [words for line in text.splitlines() if (words := " ".join(line.split()))]


def joined(item: Any) -> str:
    """A key fact, a source or a picture as one line."""
    return " – ".join(texts(item))


def in_order(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
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


def changed_words(old: str, new: str) -> list[Piece]:
    a, b = old.split(), new.split()
    parts: list[Piece] = []
    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(("same", " ".join(a[i:j])))
            continue
        if i < j:
            parts.append(("removed", " ".join(a[i:j])))
        if k < m:
            parts.append(("added", " ".join(b[k:m])))
    return parts
