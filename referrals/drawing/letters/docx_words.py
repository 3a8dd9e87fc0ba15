"""The words of a Word file, in the order a reader of it sees them, as pieces of plain pages.

Letterhead, headings, lists, tables, text boxes, notes. What its author deleted or hid is left
out, what was inserted is shown, a field shows its result, a picture is named.
"""

import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element

from referrals.drawing.letters.docx_numbers import Numbering, number, value
from referrals.drawing.letters.symbols import symbol
from referrals.drawing.letters.words import (
    Cell,
    NewPage,
    Paragraph,
    Part,
    Piece,
    Run,
    Table,
    has_words,
)
from referrals.drawing.letters.xml_tree import tree

LARGEST_PART = 20 * 1024 * 1024  # bytes unpacked
PICTURE = "[picture: in the original]"
THING = "[drawing: in the original]"
HIDDEN_BY_AUTHOR = {"w_del", "w_moveFrom", "w_instrText", "w_delText", "w_delInstrText", "w_rt"}
ASIDE = {"w_pPr", "w_rPr", "w_tblPr", "w_tblGrid", "w_trPr", "w_tcPr", "w_sdtPr", "w_sectPr"}
SIGNS = {
    "w_tab": "\t",
    "w_ptab": "\t",
    "w_cr": "\n",
    "w_noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
}
MARKS = {"w_b": "b", "w_i": "i", "w_u": "u", "w_strike": "s", "w_dstrike": "s"}
DRAWN = {"chart", "relIds", "wgp", "OLEObject"}
OFF = {"0", "false", "off", "none"}


def words_of_docx(data: bytes) -> list[Piece]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return Document(archive).pieces()


class Package:
    """The parts of a Word file, and which of them means which by a short name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower().lstrip("/"): name for name in archive.namelist()}

    def part(self, name: str) -> Element | None:
        real = self.names.get(name.lower().lstrip("/"))
        if real is None:
            return None
        with self.archive.open(real) as file:
            data = file.read(LARGEST_PART + 1)
        if len(data) > LARGEST_PART:
            raise ValueError("a part is too large")
        return tree(data)

    def targets(self, name: str) -> list[tuple[str, str, str]]:
        """Short name, kind and place of what a part refers to inside the file."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = []
        for one in root if root is not None else []:
            if one.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
                kind = one.get("Type", "").rsplit("/", 1)[-1]
                found.append((one.get("Id", ""), kind, target.lstrip("/")))
        return found


class Document:
    def __init__(self, archive: zipfile.ZipFile, *, package: Package | None = None) -> None:
        self.package = package or Package(archive)
        starts = [t for _, kind, t in self.package.targets("") if kind == "officeDocument"]
        self.name = starts[0] if starts else "word/document.xml"
        self.targets = self.package.targets(self.name)
        self.styles = Styles(self.of_kind("styles"))
        self.numbering = Numbering.of(self.of_kind("numbering"))

    def of_kind(self, kind: str) -> Element | None:
        return next((self.package.part(t) for _, k, t in self.targets if k == kind), None)

    def pieces(self) -> list[Piece]:
        root = self.package.part(self.name)
        if root is None:
            raise ValueError("no document in it")
        reader = Reader(self.styles, self.numbering)
        heads = self.letterheads(root, "w_headerReference", "head")
        body = list(reader.blocks(root))
        notes = [*self.notes("footnotes"), *self.notes("endnotes")]
        feet = self.letterheads(root, "w_footerReference", "foot")
        return [*heads, *body, *([Part("notes", notes)] if notes else []), *feet]

    def letterheads(self, root: Element, name: str, kind: str) -> list[Piece]:
        """What stands at the head or foot of its sheets, each once, the first sheet's first."""
        places = {key: target for key, _, target in self.targets}
        order = {"first": 0, "default": 1, "even": 2}
        found: list[tuple[int, Part]] = []
        for section in root.iter("w_sectPr"):
            shown = {"default"} | ({"first"} if is_on(section.find("w_titlePg")) else set())
            for one in section.iter(name):
                part = self.package.part(places.get(one.get("r_id", ""), ""))
                if part is None or one.get("w_type", "default") not in shown:
                    continue
                reader = Reader(self.styles, self.numbering)
                piece = Part(kind, list(reader.blocks(part)))
                if has_words([piece]) and all(piece != other for _, other in found):
                    found.append((order.get(one.get("w_type", ""), 1), piece))
        return [piece for _, piece in sorted(found, key=lambda pair: pair[0])]

    def notes(self, kind: str) -> list[Piece]:
        root, found = self.of_kind(kind), []
        for note in root if root is not None else []:
            if note.get("w_type", "normal") == "normal":
                pieces = list(Reader(self.styles, self.numbering).blocks(note))
                first = next((p for p in pieces if isinstance(p, Paragraph)), None)
                if first is not None:
                    first.label = note_mark(kind, note.get("w_id", ""))
                found += pieces
        return found


def note_mark(kind: str, number: str) -> str:
    return f"[{'e' if kind == 'endnotes' else ''}{number}]"


def is_on(switch: Element | None) -> bool:
    return switch is not None and switch.get("w_val", "1").lower() not in OFF


class Styles:
    """What a style's name says: a heading, a list, hidden, bold."""

    def __init__(self, root: Element | None) -> None:
        styles = [] if root is None else root.iter("w_style")
        self.found = {style.get("w_styleId", ""): style for style in styles}
        self.known: dict[tuple[str, str], Element | None] = {}

    def chain(self, name: str) -> Iterator[Element]:
        for _ in range(12):
            style = self.found.get(name)
            if style is None:
                return
            yield style
            name = value(style, "w_basedOn")

    def property(self, name: str, path: str) -> Element | None:
        if (name, path) not in self.known:
            found = (style.find(path) for style in self.chain(name))
            self.known[name, path] = next((one for one in found if one is not None), None)
        return self.known[name, path]

    def level(self, name: str) -> int:
        """The level of a heading; 0 for other styles."""
        for style in self.chain(name):
            title = value(style, "w_name").lower()
            if title == "title":
                return 1
            if title.startswith("heading "):
                return number(title[8:9], 0)
        outline = self.property(name, "w_pPr/w_outlineLvl")
        depth = number(outline.get("w_val", "9"), 9) if outline is not None else 9
        return depth + 1 if depth < 9 else 0


@dataclass
class Field:
    """A field that computes its text: only its result is shown."""

    in_result: bool = False
    answer: str = ""


@dataclass
class Reader:
    """Walks through one part."""

    styles: Styles
    numbering: Numbering
    fields: list[Field] = field(default_factory=list)

    def blocks(self, parent: Element) -> Iterator[Piece]:
        for child in parent:
            if child.tag == "w_p":
                yield from self.paragraph(child)
            elif child.tag == "w_tbl":
                yield self.table(child)
            elif child.tag == "mc_AlternateContent":
                yield from self.blocks(chosen(child))
            elif child.tag == "w_altChunk":
                yield Paragraph([Run("[inserted document: in the original]")])
            elif child.tag not in HIDDEN_BY_AUTHOR | ASIDE:
                yield from self.blocks(child)

    def paragraph(self, element: Element) -> Iterator[Piece]:
        properties = element.find("w_pPr")
        style = value(properties, "w_pStyle")
        label, indent = self.label(properties, style)
        level = self.styles.level(style)
        current = Paragraph(level=level, label=label, indent=indent)
        boxes: list[Piece] = []
        for thing in self.inline(element, style):
            if isinstance(thing, Run):
                current.runs.append(thing)
            elif isinstance(thing, NewPage):
                yield current
                yield thing
                current = Paragraph(level=level)
            else:
                boxes.append(thing)
        for one in self.fields:  # one without an end must not swallow the rest of the letter
            one.in_result = True
        yield current
        yield from boxes

    def label(self, properties: Element | None, style: str) -> tuple[str, int]:
        own = properties.find("w_numPr") if properties is not None else None
        if own is None:
            own = self.styles.property(style, "w_pPr/w_numPr")
        if own is None:
            return "", 0
        name, place = value(own, "w_numId"), number(value(own, "w_ilvl", "0"))
        if not name and (inherited := self.styles.property(style, "w_pPr/w_numPr")) is not None:
            name = value(inherited, "w_numId")
        if name in ("", "0"):
            return "", 0
        return self.numbering.label(name, place), place + 1

    def inline(self, parent: Element, style: str, marks: str = "") -> Iterator[Run | Piece]:
        for child in parent:
            tag = child.tag
            if tag == "w_r":
                yield from self.run(child, style)
            elif tag == "mc_AlternateContent":
                yield from self.inline(chosen(child), style, marks)
            elif tag in ("m_t",):
                yield Run(child.text or "")
            elif tag not in HIDDEN_BY_AUTHOR | ASIDE:
                yield from self.inline(child, style, marks)

    def run(self, element: Element, style: str) -> Iterator[Run | Piece]:
        properties = element.find("w_rPr")
        if self.is_hidden(properties, style):
            self.follow_fields(element)
            return
        marks = "".join(self.marks(properties))
        for child in element:
            yield from self.inside_run(child, style, marks)

    def inside_run(self, child: Element, style: str, marks: str) -> Iterator[Run | Piece]:
        tag = child.tag
        if tag in ("w_fldChar", "w_instrText"):
            yield Run(self.step(child), marks)
        elif tag in HIDDEN_BY_AUTHOR | ASIDE or any(not one.in_result for one in self.fields):
            return
        elif tag in ("w_drawing", "w_pict", "w_object"):
            yield from self.drawing(child)
        elif tag == "mc_AlternateContent":
            for one in chosen(child):
                yield from self.inside_run(one, style, marks)
        elif tag == "w_ruby":
            yield from self.inline(child, style)
        elif sign := sign_in(child, marks):
            yield sign

    def drawing(self, element: Element) -> Iterator[Run | Piece]:
        """Text boxes with their words; of a picture, that there is one and what it is called."""
        boxes = list(outermost(element, "w_txbxContent"))
        for box in boxes:
            part = Part("box", list(Reader(self.styles, self.numbering).blocks(box)))
            if has_words([part]):
                yield part
        if any(one.tag in ("pic", "v_imagedata") for one in element.iter()):
            told = next((one.get("descr") for one in element.iter("docPr")), "") or ""
            yield Run(f"[picture, {told.strip()[:120]}: in the original]" if told else PICTURE)
        elif not boxes and any(
            one.tag in ("chart", "relIds", "wgp", "OLEObject") for one in element.iter()
        ):
            yield Run(THING)

    def is_hidden(self, properties: Element | None, style: str) -> bool:
        own = properties.find("w_vanish") if properties is not None else None
        if own is not None:
            return is_on(own)
        names = (value(properties, "w_rStyle"), style)
        return any(is_on(self.styles.property(name, "w_rPr/w_vanish")) for name in names)

    def marks(self, properties: Element | None) -> Iterator[str]:
        if properties is None:
            return
        yield from dict.fromkeys(mark for tag, mark in MARKS.items() if is_on(properties.find(tag)))
        place = value(properties, "w_vertAlign")
        yield {"superscript": "^", "subscript": "_"}.get(place, "")

    def step(self, sign: Element) -> str:
        """Into a field, to its result, out of it; then the answer of one without a result."""
        kind = sign.get("w_fldCharType")
        if kind == "begin":
            self.fields.append(Field(answer=form_answer(sign.find("w_ffData"))))
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
            self.fields[-1].answer = self.fields[-1].answer if is_box(self.fields[-1]) else ""
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            return "" if any(not one.in_result for one in self.fields) else ended.answer
        return ""

    def follow_fields(self, element: Element) -> None:
        for sign in element.iter("w_fldChar"):
            self.step(sign)

    def table(self, element: Element) -> Table:
        rows = [self.row(row) for row in below(element, "w_tr") if row.find("w_trPr/w_del") is None]
        return Table([row for row in rows if row])

    def row(self, element: Element) -> list[Cell]:
        cells = []
        for cell in below(element, "w_tc"):
            properties = cell.find("w_tcPr")
            if properties is not None and properties.find("w_cellDel") is not None:
                continue
            joined = properties.find("w_vMerge") if properties is not None else None
            goes_on = joined is not None and joined.get("w_val") != "restart"
            pieces = [] if goes_on else list(self.blocks(cell))
            cells.append(Cell(pieces, max(1, number(value(properties, "w_gridSpan", "1"), 1))))
        return cells


def sign_in(child: Element, marks: str) -> Run | NewPage | None:
    """What a run shows, piece by piece."""
    tag = child.tag
    if tag == "w_t":
        return Run(child.text or "", marks)
    if tag in SIGNS:
        return Run(SIGNS[tag], marks)
    if tag == "w_br":
        return NewPage() if child.get("w_type") == "page" else Run("\n")
    if tag == "w_sym":
        return Run(symbol(child.get("w_font", ""), child.get("w_char", "")), marks)
    if tag in ("w_footnoteReference", "w_endnoteReference"):
        return Run(note_mark(tag[2:-9] + "s", child.get("w_id", "")), "^")
    return None


def is_box(field: Field) -> bool:
    return field.answer in ("☐", "☒")


def form_answer(data: Element | None) -> str:
    """The answer of an old form field that has no text of its own."""
    if data is None:
        return ""
    if (box := data.find("w_checkBox")) is not None:
        switch = box.find("w_checked")
        switch = box.find("w_default") if switch is None else switch
        return "☒" if is_on(switch) else "☐"
    if (choice := data.find("w_ddList")) is not None:
        entries = [one.get("w_val", "") for one in choice.iter("w_listEntry")]
        place = number(value(choice, "w_result", value(choice, "w_default", "0")))
        return entries[place] if 0 <= place < len(entries) else ""
    return ""


def chosen(alternatives: Element) -> Element:
    """The newest way of showing it that holds anything: never two of them."""
    ways = [one for one in alternatives if one.tag in ("mc_Choice", "mc_Fallback")]
    return next((way for way in ways if len(way)), Element("none"))


def below(parent: Element, tag: str) -> Iterator[Element]:
    """Rows or cells, through the wrappers that forms put around them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag == "mc_AlternateContent":
            yield from below(chosen(child), tag)
        elif child.tag not in HIDDEN_BY_AUTHOR | ASIDE | {"w_tc", "w_p", "w_tbl"}:
            yield from below(child, tag)


def outermost(parent: Element, tag: str) -> Iterator[Element]:
    """Text boxes, but not those inside of them, nor the same one drawn in an older way."""
    children: Iterable[Element] = chosen(parent) if parent.tag == "mc_AlternateContent" else parent
    for child in children:
        if child.tag == tag:
            yield child
        else:
            yield from outermost(child, tag)
