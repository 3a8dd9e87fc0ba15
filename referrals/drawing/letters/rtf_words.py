"""The words of an RTF file, in the order a reader of it sees them, as pieces of plain pages.

Practice software writes RTF of every age: letters in old code pages, tables without an end,
pictures as digits. What is hidden or deleted is left out; a picture is named, not drawn.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from referrals.drawing.letters.rtf_codes import (
    CHARSETS,
    LOOKS,
    SET_OFF,
    SIGNS,
    known_page,
)
from referrals.drawing.letters.rtf_flow import Flow
from referrals.drawing.letters.symbols import sign_of
from referrals.drawing.letters.words import NewPage, Part, Piece, Run, has_words
from referrals.inspecting.rtf_groups import SKIPPED, STARRED_BUT_TEXT
from referrals.inspecting.rtf_tokens import Token, tokens

DEEPEST = 500
PICTURE = "[picture: in the original]"


@dataclass
class State:
    """What a group inherits and its end takes back."""

    skipped: bool = False
    destination: str = ""
    hidden: bool = False
    deleted: bool = False
    looks: frozenset[str] = frozenset()
    font: int = 0
    unicode_skip: int = 1
    result_only: bool = False
    faint: bool = False  # these three are for readers that leave out what nobody sees
    tiny: bool = False
    has_ground: bool = False


def words_of_rtf(data: bytes, *, reader: "Reader | None" = None) -> list[Piece]:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data.startswith(b"{\\rtf"):
        raise ValueError("no RTF")
    return (reader or Reader()).read(data)


class Reader:
    def __init__(self) -> None:
        self.state = State()
        self.groups: list[State] = []
        self.code_page = "cp1252"
        self.fonts: dict[int, tuple[str, str]] = {}  # code page and name
        self.headings: dict[int, int] = {}
        self.flows = [Flow()]
        self.set_off: list[Part] = []
        self.waiting = b""  # bytes of one letter, or of many
        self.to_skip = 0  # what stands in for a sign given by its number
        self.starred = False
        self.first = False  # a group has begun and nothing else
        self.style_number = 0
        self.style_name = ""
        self.box_kind = 0
        self.box_default = 0
        self.box_answer = 25
        self.notes = 0
        self.surrogate = 0

    @property
    def flow(self) -> Flow:
        return self.flows[-1]

    def read(self, data: bytes) -> list[Piece]:
        for token in tokens(data):
            if token.kind not in ("text", "byte"):
                self.flush()
            self.take(token)
            if not self.groups:
                break
        self.flush()
        while len(self.flows) > 1:
            self.end_flow()
        return self.arranged(self.flow.finish())

    def arranged(self, body: list[Piece]) -> list[Piece]:
        """Letterhead first, then the letter, its notes and what stands at the foot."""
        shown: dict[str, list[Piece]] = {"head": [], "notes": [], "foot": []}
        for part in self.set_off:
            if has_words([part]) and part not in shown[part.kind]:
                shown[part.kind].append(part)
        return [*shown["head"], *body, *shown["notes"], *shown["foot"]]

    # Tokens

    def take(self, token: Token) -> None:
        if token.kind == "open":
            if len(self.groups) >= DEEPEST:
                raise ValueError("nested too deep")
            self.groups.append(copy(self.state))
            self.first, self.starred, self.to_skip = True, False, 0
            return
        if token.kind == "close":
            self.close()
        elif token.kind == "word":
            self.control(token.word, token.number)
        else:
            self.letters(token.data)
        if token.word != "*":
            self.first = False

    def close(self) -> None:
        self.to_skip = 0
        outer = self.groups[-1].destination if self.groups else ""
        if self.state.destination == "formfield" != outer:
            self.end_form_field()
        if self.flows[-1].depth == len(self.groups) and len(self.flows) > 1:
            self.end_flow()
        if self.groups:
            self.state = self.groups.pop()

    def control(self, word: str, number: int | None) -> None:
        if self.to_skip and word != "u" and not self.first:
            self.to_skip -= 1
            if word in SIGNS:
                return
        if word == "*":
            self.starred = self.first
        elif self.first and self.destination(word):
            return
        elif self.state.destination in TABLES:
            TABLES[self.state.destination](self, word, number)
        elif not self.state.skipped:
            self.obey(word, number)

    def obey(self, word: str, number: int | None) -> None:
        if word in SIGNS:
            self.write(SIGNS[word])
        elif word in LOOKS or word in ("ulnone", "nosupersub"):
            self.look(word, number)
        elif word in WORDS:
            WORDS[word](self, number)
        elif word.startswith("ul") and number != 0:
            self.look("ul", 1)

    def destination(self, word: str) -> bool:
        """Whether the group that has just begun is one of its own kind."""
        starred, self.starred = self.starred, False
        if word in TABLES:
            self.state.destination, self.state.skipped = word, True
            return True
        if self.state.skipped:
            return False
        if word in ("pict", "object", "do", "shp"):
            self.thing(word)
            return True
        if word in ("listtext", "pntext"):
            self.state.destination = "label"
            return True
        if word in SET_OFF:
            self.begin_flow(SET_OFF[word])
            return True
        if word in ("upr", "ud"):  # first in old letters, then the same in Unicode
            self.state.result_only = word == "upr"
            return True
        if word in SKIPPED or (starred and word not in STARRED_BUT_TEXT):
            self.state.skipped = True
            return True
        return word in STARRED_BUT_TEXT

    def thing(self, word: str) -> None:
        if word == "pict":
            self.state.skipped = True
            runs = self.flow.paragraph.runs
            if not (runs and runs[-1].text == PICTURE):
                self.run(PICTURE)

    # Text

    def letters(self, data: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(data))
            self.to_skip -= skipped
            data = data[skipped:]
        self.waiting += data

    def flush(self) -> None:
        data, self.waiting = self.waiting, b""
        if not data:
            return
        page, name = self.fonts.get(self.state.font, (self.code_page, ""))
        if self.state.destination in ("fonttbl", "stylesheet"):
            self.name_in_table(data)
        elif name.startswith(("symbol", "wingdings", "webdings")) and not self.state.skipped:
            self.write("".join(sign_of(name, sign) if sign > 32 else " " for sign in data))
        else:
            self.write(data.decode(page, "replace"))

    def write(self, text: str) -> None:
        state = self.state
        if state.skipped or state.hidden or state.deleted or state.result_only:
            return
        if state.destination == "label":
            self.flow.label += text
        else:
            self.run(text)

    def run(self, text: str) -> None:
        if self.state.hidden or self.state.deleted or self.state.result_only:
            return
        marks = "".join(sorted(self.state.looks))
        runs = self.flow.paragraph.runs
        if runs and runs[-1].marks == marks and not runs[-1].text.startswith("["):
            runs[-1].text += text
        else:
            runs.append(Run(text, marks))

    def look(self, word: str, number: int | None) -> None:
        looks = set(self.state.looks)
        if word in ("ulnone", "nosupersub"):
            looks -= {"u"} if word == "ulnone" else {"^", "_"}
        elif number == 0:
            looks.discard(LOOKS[word])
        else:
            looks.add(LOOKS[word])
        self.state.looks = frozenset(looks)

    def unicode(self, number: int | None) -> None:
        code = (number or 0) % 65536
        if 0xD800 <= code < 0xDC00:
            self.surrogate = code
            self.to_skip = self.state.unicode_skip
            return
        if 0xDC00 <= code < 0xE000:
            high, self.surrogate = self.surrogate, 0
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        name = self.fonts.get(self.state.font, ("", ""))[1]
        text = sign_of(name, code) if 0xF000 <= code < 0xF100 else chr(code)
        self.write(text)
        self.to_skip = self.state.unicode_skip

    # Parts that are set off

    def begin_flow(self, kind: str) -> None:
        if kind == "notes":
            self.notes += 1
            self.run(f"[{self.notes}]")
        self.flows.append(Flow(kind, depth=len(self.groups)))
        self.state = State(font=self.state.font, unicode_skip=self.state.unicode_skip)
        if kind == "notes":
            self.flow.label = f"[{self.notes}]"

    def end_flow(self) -> None:
        flow = self.flows.pop()
        part = Part(flow.kind, flow.finish())
        if flow.kind == "box":
            target = self.flow.cell if self.flow.in_table else self.flow.pieces
            if has_words([part]):
                target.append(part)
        else:
            self.set_off.append(part)

    # Tables of the file

    def in_font_table(self, word: str, number: int | None) -> None:
        if word == "f":
            self.state.font = number or 0
            self.fonts.setdefault(self.state.font, (self.code_page, ""))
        elif word == "fcharset":
            page = CHARSETS.get(number or 0)
            name = self.fonts.get(self.state.font, ("", ""))[1]
            self.fonts[self.state.font] = (known_page(page, self.code_page), name)
        elif word == "cpg":
            name = self.fonts.get(self.state.font, ("", ""))[1]
            self.fonts[self.state.font] = (known_page(number, self.code_page), name)

    def in_style_sheet(self, word: str, number: int | None) -> None:
        if word == "s":
            self.style_number = number or 0

    def name_in_table(self, data: bytes) -> None:
        name = data.decode("latin-1").lower().strip()
        if self.state.destination == "fonttbl":
            page, known = self.fonts.get(self.state.font, (self.code_page, ""))
            self.fonts[self.state.font] = (page, (known + name).rstrip(";").strip())
        elif found := re.match(r"heading ([1-9])", name):
            self.headings[self.style_number] = int(found[1])
        elif name.startswith("title"):
            self.headings[self.style_number] = 1

    def in_form_field(self, word: str, number: int | None) -> None:
        if word == "fftype":
            self.box_kind = number or 0
        elif word == "ffres":
            self.box_answer = 25 if number is None else number
        elif word == "ffdefres":
            self.box_default = number or 0

    def end_form_field(self) -> None:
        kind, answer = self.box_kind, self.box_answer
        answer = self.box_default if answer == 25 else answer
        self.box_answer, self.box_default = 25, 0
        if kind == 1 and self.groups:
            after, self.state = self.state, self.groups[-1]
            skipped, self.state.skipped = self.state.skipped, False
            self.write("☒" if answer == 1 else "☐")
            self.state.skipped = skipped
            self.state = after

    # Control words

    def paragraph(self, _: int | None) -> None:
        if not (self.state.hidden or self.state.deleted or self.state.result_only):
            self.flow.end_paragraph()

    def plain_paragraph(self, _: int | None) -> None:
        self.flow.in_table = False
        self.flow.paragraph.level = 0
        self.flow.paragraph.indent = 0

    def code_page_is(self, number: int | None) -> None:
        self.code_page = known_page(number, self.code_page)

    def set(self, name: str, value: Any) -> None:
        setattr(self.state, name, value)

    def new_page(self, _: int | None) -> None:
        if not self.flow.in_table:
            if self.flow.paragraph.runs:
                self.flow.end_paragraph()
            self.flow.end_table()
            self.flow.pieces.append(NewPage())


def switch(name: str) -> Callable[[Reader, int | None], None]:
    return lambda reader, number: reader.set(name, number != 0)


def heading(reader: Reader, number: int | None) -> None:
    reader.flow.paragraph.level = reader.headings.get(number or 0, 0)


def plain(reader: Reader, _: int | None) -> None:
    reader.state.looks = frozenset()
    reader.state.hidden = False


def to_font(reader: Reader, number: int | None) -> None:
    reader.state.font = number or 0


def in_table(reader: Reader, _: int | None) -> None:
    reader.flow.in_table = True


def unicode_skip(reader: Reader, number: int | None) -> None:
    reader.state.unicode_skip = 1 if number is None else max(0, min(number, 100))


def depth(reader: Reader, number: int | None) -> None:
    reader.flow.paragraph.indent = min((number or 0) + 1, 6)


TABLES: dict[str, Callable[[Reader, str, int | None], None]] = {
    "fonttbl": Reader.in_font_table,
    "stylesheet": Reader.in_style_sheet,
    "formfield": Reader.in_form_field,
}
WORDS: dict[str, Callable[[Reader, int | None], None]] = {
    "par": Reader.paragraph,
    "\n": Reader.paragraph,
    "\r": Reader.paragraph,
    "sect": Reader.paragraph,
    "page": Reader.new_page,
    "pard": Reader.plain_paragraph,
    "intbl": in_table,
    "cell": lambda reader, _: reader.flow.end_cell(),
    "nestcell": lambda reader, _: reader.flow.end_cell(),
    "row": lambda reader, _: reader.flow.end_row(),
    "nestrow": lambda reader, _: None,
    "u": Reader.unicode,
    "uc": unicode_skip,
    "f": to_font,
    "s": heading,
    "ilvl": depth,
    "plain": plain,
    "v": switch("hidden"),
    "deleted": switch("deleted"),
    "ansicpg": Reader.code_page_is,
    "mac": lambda reader, _: reader.code_page_is(10000),
    "pc": lambda reader, _: reader.code_page_is(437),
    "pca": lambda reader, _: reader.code_page_is(850),
}
