"""Gives a look to what a PDF keeps beside its pages: answers in a form, typed notes, marks.

Readers draw these themselves where a file brings no look. Here they get one before they become
part of the page; what does not fit its place, or is kept in a pop-up, is handed back as words.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from referrals.drawing.text_lines import Style, fits, text_content

HIDDEN = 0b10 | 0b100000  # annotation flags: hidden, and not to be seen on a screen
MULTILINE, PASSWORD, COMB = 1 << 12, 1 << 13, 1 << 24  # flags of a text field
DEEPEST = 30
POP_UPS = {
    "/Text",
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Squiggly",
    "/Caret",
    "/Square",
    "/Circle",
    "/Line",
    "/Ink",
    "/Polygon",
    "/PolyLine",
    "/Stamp",
}
ELEMENT = re.compile("<[^<>]*>")
ROUND = 0.5523
LINE = 1.5  # points
YELLOW = [1.0, 0.9, 0.3]


class Words(NamedTuple):
    """Typed into the file, and not to be read in full on its page."""

    page: int
    name: str  # of the field; empty for a note
    text: str


def complete(source: pikepdf.Pdf) -> list[Words]:
    """Make the looks that are missing, in place. The words that cannot be seen."""
    form = source.Root.get("/AcroForm")
    form = form if isinstance(form, Dictionary) else Dictionary()
    anew = form.get("/NeedAppearances") is True
    unseen: list[Words] = []
    for number, page in enumerate(source.pages, start=1):
        for note in annotations(page.obj):
            if int(note.get("/F", 0)) & HIDDEN:
                continue
            kind = str(note.get("/Subtype", ""))
            if kind == "/Widget":
                text = complete_field(source, form, note, anew)
                unseen += [Words(number, field_name(note), text)] if text else []
            else:
                text = complete_note(source, kind, note)
                unseen += [Words(number, "", text)] if text else []
            keep_hidden_with_its_layer(note)
    for name in ("/NeedAppearances", "/XFA"):
        if name in form:
            del form[name]
    return list(dict.fromkeys(unseen))


def annotations(page: Any) -> Iterator[Any]:
    found = page.get("/Annots")
    if isinstance(found, Array):
        yield from (one for one in found if isinstance(one, Dictionary) and rect_of(one))


def rect_of(note: Any) -> tuple[float, float, float, float] | None:
    try:
        left, bottom, right, top = (float(number) for number in note.get("/Rect"))
    except (TypeError, ValueError):
        return None
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def looks(note: Any) -> Iterator[Any]:
    """Every look of it: of each state, in rest, under the mouse, pressed."""
    kinds = note.get("/AP")
    for look in kinds.values() if isinstance(kinds, Dictionary) else []:
        if isinstance(look, pikepdf.Stream):
            yield look
        elif isinstance(look, Dictionary):
            yield from (state for state in look.values() if isinstance(state, pikepdf.Stream))


def keep_hidden_with_its_layer(note: Any) -> None:
    if "/OC" in note:
        for look in looks(note):
            if "/OC" not in look:
                look.OC = note.OC


# Fields


def inherited(field: Any, name: str, default: Any = None) -> Any:
    """A value of a field, or of one that it is part of."""
    for _ in range(DEEPEST):
        if not isinstance(field, Dictionary):
            break
        if name in field:
            return field[name]
        field = field.get("/Parent")
    return default


def field_name(field: Any) -> str:
    names: list[str] = []
    for _ in range(DEEPEST):
        if not isinstance(field, Dictionary):
            break
        label = field.get("/TU") if not names else None
        if label or "/T" in field:
            names.insert(0, text_of(label or field.get("/T")))
        if label:
            break
        field = field.get("/Parent")
    return ", ".join(name for name in names if name)


def text_of(value: Any) -> str:
    if isinstance(value, pikepdf.Stream):
        return bytes(pikepdf.String(value.read_bytes())).decode("utf-8", "replace")
    if isinstance(value, Array):
        return ", ".join(text_of(one) for one in value)
    text = "" if value is None else str(value)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def complete_field(source: pikepdf.Pdf, form: Any, field: Any, anew: bool) -> str:
    """Draw the answer if need be. The answer, where its place does not show all of it."""
    kind = inherited(field, "/FT")
    if kind == Name.Btn:
        choose_state(field)
        return ""
    if kind not in (Name.Tx, Name.Ch):
        return ""
    flags = int(inherited(field, "/Ff", 0))
    text = text_of(inherited(field, "/V"))
    if not text or (kind == Name.Tx and flags & PASSWORD):
        return ""
    style = style_of(field, form, many=kind == Name.Tx and bool(flags & MULTILINE))
    bare = not any(looks(field))
    turned = isinstance(field.get("/MK"), Dictionary) and int(field.MK.get("/R", 0)) % 360
    if (anew or bare) and not turned:
        return "" if draw_text(source, field, text, style) else text
    if turned and bare:
        return text
    return "" if flags & COMB or fits(text, size_of(field), style) else text


def choose_state(field: Any) -> None:
    """A box whose answer is kept, but not which of its looks shows it."""
    look = field.get("/AP")
    states = look.get("/N") if isinstance(look, Dictionary) else None
    value = inherited(field, "/V")
    if not isinstance(states, Dictionary) or isinstance(states, pikepdf.Stream):
        return
    if isinstance(value, Name) and str(value) in states and "/AS" not in field:
        field.AS = value


def style_of(field: Any, form: Any, *, many: bool) -> Style:
    """Size and colour out of the words of a default appearance, as `/Helv 9 Tf 0 g`."""
    words = str(inherited(field, "/DA", form.get("/DA", ""))).split()
    size, colour = 0.0, ""
    for place, word in enumerate(words):
        if word == "Tf" and place:
            size = number_or(words[place - 1], 0)
        count = {"g": 1, "rg": 3, "k": 4}.get(word, 0)
        if count and place >= count:
            numbers = [number_or(one, 0) for one in words[place - count : place]]
            colour = " ".join(f"{number:g}" for number in numbers) + f" {word}"
    return Style(size, colour or "0 g", int(inherited(field, "/Q", form.get("/Q", 0))), many)


def number_or(word: str, default: float) -> float:
    try:
        return float(word)
    except ValueError:
        return default


def size_of(note: Any) -> tuple[float, float]:
    left, bottom, right, top = rect_of(note) or (0, 0, 0, 0)
    return right - left, top - bottom


def draw_text(source: pikepdf.Pdf, note: Any, text: str, style: Style) -> bool:
    """Whether all of the text could be drawn into its place."""
    content, whole = text_content(text, size_of(note), style)
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    width, height = size_of(note)
    set_appearance(source, note, content, [0, 0, width, height], Font=Dictionary(Helv=font))
    return whole


def set_appearance(
    source: pikepdf.Pdf, note: Any, content: bytes, box: list[float], **resources: Any
) -> None:
    form = source.make_stream(
        content,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array(box),
        Resources=Dictionary(**resources),
    )
    note.AP = Dictionary(N=form)


# Notes and marks


def complete_note(source: pikepdf.Pdf, kind: str, note: Any) -> str:
    """Draw a mark that has no look. The words of a note, where only a pop-up shows them."""
    text = words_of_note(note)
    if kind == "/FreeText":
        if not any(looks(note)) and text:
            style = style_of(note, Dictionary(), many=True)
            return "" if draw_text(source, note, text, style) else text
        return ""
    if not any(looks(note)):
        draw_mark(source, kind, note)
    return text if kind in POP_UPS and "/OC" not in note else ""


def words_of_note(note: Any) -> str:
    """Some programs write them as rich text alone, which is HTML of a few elements."""
    plain = text_of(note.get("/Contents")).strip()
    return plain or unescape(ELEMENT.sub(" ", text_of(note.get("/RC")))).strip()


def draw_mark(source: pikepdf.Pdf, kind: str, note: Any) -> None:
    content = mark_content(kind, note)
    box = around_points(note) or rect_of(note)
    if content and box:
        note.Rect = Array(box)
        blend = Dictionary(Type=Name.ExtGState, BM=Name.Multiply)
        set_appearance(
            source, note, b"/Blend gs " + content, list(box), ExtGState=Dictionary(Blend=blend)
        )


def around_points(note: Any) -> tuple[float, float, float, float] | None:
    """The box around a mark that is given by points; some programs write another one beside it."""
    points = [number for line in inks_of(note) for number in numbers_of(line)]
    for name in ("/QuadPoints", "/L", "/Vertices"):
        points = points or numbers_of(note.get(name))
    across, up = points[::2], points[1::2]
    if not up:
        return None
    edge = LINE * 2
    return min(across) - edge, min(up) - edge, max(across) + edge, max(up) + edge


def mark_content(kind: str, note: Any) -> bytes:
    colour = numbers_of(note.get("/C")) or YELLOW
    colour = colour * 3 if len(colour) == 1 else colour[:3]
    shade = " ".join(f"{number:g}" for number in colour)
    words = [*over_words(kind, note), *strokes_of(kind, note)]
    return " ".join(f"{shade} RG {shade} rg {piece}" for piece in words).encode()


def over_words(kind: str, note: Any) -> Iterator[str]:
    quads = numbers_of(note.get("/QuadPoints"))
    corners = [quads[place : place + 8] for place in range(0, len(quads) - 7, 8)]
    for x1, y1, x2, y2, x3, y3, x4, y4 in corners:
        if kind == "/Highlight":
            yield f"{x1} {y1} m {x2} {y2} l {x4} {y4} l {x3} {y3} l f"
        elif kind in ("/Underline", "/Squiggly"):
            yield f"{x3} {y3} m {x4} {y4} l S"
        elif kind == "/StrikeOut":
            yield f"{(x1 + x3) / 2} {(y1 + y3) / 2} m {(x2 + x4) / 2} {(y2 + y4) / 2} l S"


def strokes_of(kind: str, note: Any) -> Iterator[str]:
    left, bottom, right, top = rect_of(note) or (0, 0, 0, 0)
    if kind == "/Line":
        yield f"{LINE} w {path(numbers_of(note.get('/L')))} S"
    elif kind == "/Ink":
        yield from (
            f"{LINE} w {path(numbers_of(line))} S" for line in note.get("/InkList", Array())
        )
    elif kind in ("/Polygon", "/PolyLine"):
        end = "s" if kind == "/Polygon" else "S"
        yield f"{LINE} w {path(numbers_of(note.get('/Vertices')))} {end}"
    elif kind == "/Square":
        yield f"{left + 1} {bottom + 1} {right - left - 2} {top - bottom - 2} re S"
    elif kind == "/Circle":
        yield f"{oval(left + 1, bottom + 1, right - 1, top - 1)} s"


def inks_of(note: Any) -> list[Any]:
    inks = note.get("/InkList")
    return list(inks) if isinstance(inks, Array) else []


def oval(left: float, bottom: float, right: float, top: float) -> str:
    """Four curves; where their handles stand makes a circle in a square."""
    x, y = (left + right) / 2, (bottom + top) / 2
    dx, dy = (right - left) / 2 * ROUND, (top - bottom) / 2 * ROUND
    return (
        f"{right} {y} m {right} {y + dy} {x + dx} {top} {x} {top} c"
        f" {x - dx} {top} {left} {y + dy} {left} {y} c"
        f" {left} {y - dy} {x - dx} {bottom} {x} {bottom} c"
        f" {x + dx} {bottom} {right} {y - dy} {right} {y} c"
    )


def numbers_of(value: Any) -> list[float]:
    try:
        return [float(number) for number in value]
    except (TypeError, ValueError):
        return []


def path(numbers: list[float]) -> str:
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    return " ".join(f"{x} {y} {'l' if place else 'm'}" for place, (x, y) in enumerate(points))
