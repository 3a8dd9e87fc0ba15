"""The fields in one part of a Word file: Word joins their words from runs, and from fields inside.

What Word leaves out depends on its age: elements of other makers, alternatives, tracked pieces.
So each piece of a field says what it stands in, and the field is read with and without those.
"""

import xml.parsers.expat
from itertools import combinations

from referrals.inspecting.word_fields import codes_of_field, spelled

WORD = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
}
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PARTS_OF_FIELDS = {"fldChar", "fldSimple", "instrText", "delInstrText"}
TEXT = {"instrText", "delInstrText", "t", "delText"}
TRACKED = {"ins": "ins", "moveTo": "ins", "del": "del", "moveFrom": "del"}
WITHIN = ("choice", "foreign")
MOST_WORDS = 10_000  # of letters in a field that is read in several ways
DEEPEST = 50  # open fields that are looked through at each mark

Piece = tuple[frozenset[str], str]


def codes_of_xml(data: bytes) -> set[str]:
    reader = FieldReader(inside_counts=True)
    found = reader.read(data)
    if reader.has_marks_inside:
        found |= FieldReader(inside_counts=False).read(data)
    return found


class Field:
    """An open field: its words, and what it stands for once those have ended."""

    def __init__(self, around: dict[str, int]) -> None:
        self.around = around  # what the whole field stands in
        self.words: list[Piece] = []
        self.result: list[str] = []
        self.in_result = False


class FieldReader:
    """`inside_counts`: whether a mark within an alternative or a foreign element is a mark."""

    def __init__(self, *, inside_counts: bool) -> None:
        self.inside_counts = inside_counts
        self.has_marks_inside = False
        self.found: set[str] = set()
        self.open: list[Field] = []
        self.extra: frozenset[str] = frozenset()
        self.around: list[tuple[str, int]] = []  # what each element is, and the fields open there
        self.kinds: dict[str, int] = {}  # how many of a kind are open
        self.collects: list[int] = []  # the depths of the elements whose words count

    def read(self, data: bytes) -> set[str]:
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(data, True)
        while self.open:  # Word takes a field that is never closed
            self.close()
        return self.found

    @property
    def is_inside(self) -> bool:
        return is_within(self.kinds)

    @property
    def in_words(self) -> bool:
        """Whether this cuts the words of a field that began outside of what it stands in."""
        return any(
            not field.in_result
            and any(self.kinds.get(kind, 0) > field.around.get(kind, 0) for kind in WITHIN)
            for field in self.open[-DEEPEST:]
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        kind = kind_of(space, tag)
        self.around.append((kind, len(self.open)))
        if kind:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if tag == "altChunk":
            self.found.add("alt_chunk")
        if kind == "choice" and self.in_words:
            self.odd()
        if space not in WORD and tag in PARTS_OF_FIELDS:
            self.odd()
        if tag == "fldSimple":
            self.simple(attributes)
        elif tag == "fldChar" and space in WORD:
            self.mark(space, attributes)
        elif tag in TEXT or (tag == "sym" and space in WORD):
            self.collect(space, tag, attributes)

    def collect(self, space: str, tag: str, attributes: dict[str, str]) -> None:
        kinds = {"del"} if tag.startswith("del") else set()
        kinds |= {"t"} if tag in {"t", "delText"} else set()
        self.collects.append(len(self.around))
        self.extra = frozenset(kinds)
        if tag == "sym":
            self.text(sign_of(attributes.get(f"{space} char", "")))

    def simple(self, attributes: dict[str, str]) -> None:
        for key, words in attributes.items():
            if key.rpartition(" ")[2] == "instr":
                self.found |= codes_of_field(words)
                if self.open and not self.open[-1].in_result:
                    self.open[-1].words.append((frozenset(), spelled(words)))

    def mark(self, space: str, attributes: dict[str, str]) -> None:
        others = [key for key in attributes if key.rpartition(" ")[2] == "fldCharType"]
        if len(others) > 1 or f"{space} fldCharType" not in attributes:
            self.odd()
        if self.is_inside:
            self.has_marks_inside = True
            if self.in_words:
                self.odd()
            if not self.inside_counts:
                return
        self.step(attributes.get(f"{space} fldCharType", ""))

    def step(self, kind: str) -> None:
        if kind == "begin":
            self.open.append(Field(dict(self.kinds)))
        elif kind == "separate" and self.open:
            self.open[-1].in_result = True
        elif kind == "end" and self.open:
            self.close()

    def end(self, name: str) -> None:
        if self.collects and self.collects[-1] == len(self.around):
            self.collects.pop()
        kind, fields = self.around.pop()
        if kind in self.kinds:
            self.kinds[kind] -= 1
        if kind in {"choice", "foreign"} and fields != len(self.open):
            self.odd()  # a field begins or ends within: it depends on the reader where

    def odd(self) -> None:
        self.found.add("odd_spelling")

    def text(self, words: str) -> None:
        if not self.collects:
            return
        around = self.open[-1].around if self.open else {}
        kinds = self.extra | {
            kind for kind, count in self.kinds.items() if count > around.get(kind, 0)
        }
        if not self.open:
            if "t" not in kinds:
                self.found |= codes_of_field(words)
            return
        field = self.open[-1]
        if not field.in_result:
            field.words.append((kinds, words))
            if "foreign" in kinds:
                self.odd()
        elif "t" in kinds:
            field.result.append(words)

    def close(self) -> None:
        field = self.open.pop()
        self.found |= codes_of_pieces(field.words)
        if self.open and not self.open[-1].in_result:
            words = "".join(text for kinds, text in field.words if not kinds)
            stands_for = spelled(words) or "".join(field.result or texts(field.words))
            self.open[-1].words.append((frozenset(), stands_for))


def is_within(kinds: dict[str, int]) -> bool:
    return any(kinds.get(kind) for kind in WITHIN)


def texts(pieces: list[Piece]) -> list[str]:
    """A field without a mark between its words and its result has only text."""
    return [text for kinds, text in pieces if "t" in kinds]


def kind_of(space: str, tag: str) -> str:
    if space in WORD:
        return TRACKED.get(tag, "")
    if space == COMPATIBLE:
        return "choice" if tag == "AlternateContent" else ""
    return "foreign"


def sign_of(code: str) -> str:
    """A letter by its number; those of symbol fonts lie in a range of their own."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number % 0x100 if 0xF000 <= number < 0xF100 else number % 0x10000)


def codes_of_pieces(pieces: list[Piece]) -> set[str]:
    """The worst of a field with, and without, each kind of piece that a reader may leave out."""
    kinds = sorted(set().union(*(kinds for kinds, _ in pieces)))
    words = [text for kinds, text in pieces if not kinds]
    found = codes_of_field("".join(words))
    if not kinds:
        return found
    if words and any("del" in kinds and "t" not in kinds for kinds, _ in pieces):
        found.add("odd_spelling")
    if sum(len(text) for _, text in pieces) > MOST_WORDS and kinds != ["t"]:
        return found | {"odd_spelling"} | codes_of_field("".join(text for _, text in pieces))
    for size in range(1, len(kinds) + 1):
        for some in combinations(kinds, size):
            found |= codes_of_field("".join(text for of, text in pieces if of <= set(some)))
    return found
