"""The words that the pages of a PDF show.

Read from the same harmless pages that staff see (`drawing.pdf_pages`): answers typed into a form
are part of them, notes that only a pop-up shows are not. Text is what the fonts say of their own
signs; a second text that a program laid under it (ActualText) is not read.
"""

import ctypes
import math
import re
import time
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from referrals.drawing.pdf_pages import pages_of_pdf, saved
from referrals.extracting.places import Glyph, Sheet, Words, rows_of
from referrals.extracting.shown import ink_of_text, is_seen

MOST_PAGES = 25
MOST_SIGNS = 150_000  # of the whole letter; a full page has about three thousand
MOST_ON_A_PAGE = 20_000
LONGEST = 1.6  # seconds of processor time after which no further page is begun
SMALLEST = 4.0  # points
ODD_NAME = re.compile(rb"/[!-~]{0,40}#[!-~]{0,40}")
READ_ALOUD = b"/ActualText"

Box = tuple[float, float, float, float]


def words_of_pdf(data: bytes) -> Words:
    """Raises what the readers raise where the file is broken or locked."""
    source, _ = pages_of_pdf(data)
    words = Words(is_cut=len(source.pages) > MOST_PAGES)
    del source.pages[MOST_PAGES:]
    forget_second_texts(source)
    signs = 0
    until = time.process_time() + LONGEST
    with pypdfium2.PdfDocument(saved(source)) as document:
        for number in range(len(document)):
            if signs >= MOST_SIGNS or time.process_time() > until:
                words.is_cut = True
                break
            with_signs = Page(document[number], number)
            signs += with_signs.count
            words.is_cut |= with_signs.count > MOST_ON_A_PAGE
            words.sheets.append(with_signs.sheet(words.tricks))
    return words


def forget_second_texts(pdf: pikepdf.Pdf) -> None:
    """Nobody sees an ActualText; it may say another name than the page does."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/ActualText" in thing:
            del thing["/ActualText"]
        if isinstance(thing, pikepdf.Stream) and draws(thing):
            data = thing.read_bytes()
            renamed = ODD_NAME.sub(plain_name, data).replace(READ_ALOUD, b"/NobodySees")
            if renamed != data:
                thing.write(renamed)


def draws(stream: Any) -> bool:
    """A page's own stream has no type; pictures, fonts and their maps have."""
    if stream.get("/Subtype") == pikepdf.Name.Form:
        return True
    return not {"/Type", "/Subtype", "/Length1", "/Length2", "/N", "/FunctionType"} & set(
        stream.keys()
    )


def plain_name(found: re.Match[bytes]) -> bytes:
    name = found[0]
    spelled = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name)
    return spelled if spelled.startswith(READ_ALOUD) else name


class Page:
    """A page of pdfium with its signs."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self.page, self.number = page, number
        self.width, self.height = page.get_size()
        self.text = page.get_textpage()
        self.count = pdfium.FPDFText_CountChars(self.text)
        self.turned = page.get_rotation()
        self.to_sheet = places_on_sheet(page)
        self.modes: dict[int, bool] = {}

    def sheet(self, tricks: set[str]) -> Sheet:
        found = list(self.signs(tricks))
        kept = []
        if any(not glyph.sign.isspace() for glyph, _ in found):
            ink, scale = ink_of_text(self.page)
            for glyph, box in found:
                dots = tuple(scale * number for number in box)
                if glyph.sign.isspace() or is_seen(ink, dots, glyph.sign):  # type: ignore[arg-type]
                    kept.append(glyph)
                else:
                    tricks.add("hidden_words")
        rows, overlaid = rows_of(kept, page=self.number)
        if overlaid:
            tricks.add("hidden_words")
        return Sheet(self.width, self.height, rows)

    def signs(self, tricks: set[str]) -> Iterator[tuple[Glyph, Box]]:
        """Each sign that is drawn upright and large enough to read, and the box of its ink."""
        for place in range(min(self.count, MOST_ON_A_PAGE)):
            if pdfium.FPDFText_IsGenerated(self.text, place) == 1:
                continue
            sign = chr(pdfium.FPDFText_GetUnicode(self.text, place) or 0xFFFD)
            if sign in "\r\n\x00\x02":
                continue
            size = self.size_of(place)
            if not self.is_painted(place) or size < SMALLEST or not self.is_upright(place):
                if not sign.isspace():
                    tricks.add("hidden_words")
                continue
            yield self.placed(sign, place, size)

    def placed(self, sign: str, place: int, size: float) -> tuple[Glyph, Box]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.text, place, x, y)
        _, baseline = self.to_sheet(x.value, y.value)
        loose = self.loose_box(place)
        return Glyph(sign, loose[0], loose[2], baseline, size, self.source(place)), self.box(place)

    def loose_box(self, place: int) -> Box:
        """As wide as the sign's room in its line: the gaps between signs are the gaps of words."""
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(self.text, place, box):
            return self.box(place)
        return self.on_sheet(box.left, box.top, box.right, box.bottom)

    def box(self, place: int) -> Box:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self.text, place, left, right, bottom, top)
        return self.on_sheet(left.value, top.value, right.value, bottom.value)

    def on_sheet(self, left: float, top: float, right: float, bottom: float) -> Box:
        one, other = self.to_sheet(left, top), self.to_sheet(right, bottom)
        across, down = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return across[0], down[0], across[1], down[1]

    def size_of(self, place: int) -> float:
        matrix = pdfium.FS_MATRIX()
        size = pdfium.FPDFText_GetFontSize(self.text, place)
        if not pdfium.FPDFText_GetMatrix(self.text, place, matrix):
            return float(size)
        return float(size) * math.hypot(matrix.c, matrix.d)

    def is_upright(self, place: int) -> bool:
        """As the page is turned for its reader, and not across it like a stamp."""
        angle = pdfium.FPDFText_GetCharAngle(self.text, place) / (math.pi / 2)
        off = (angle - self.turned / 90) % 4
        return min(off, 4 - off) < 0.02

    def is_painted(self, place: int) -> bool:
        """False for ink that is never laid: the text that a scanner puts behind its picture."""
        key = self.source(place)
        if key not in self.modes:
            thing = pdfium.FPDFText_GetTextObject(self.text, place)
            mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if key else 3
            self.modes[key] = mode in (0, 1, 2, 4, 5, 6)
        return self.modes[key]

    def source(self, place: int) -> int:
        thing = pdfium.FPDFText_GetTextObject(self.text, place)
        return ctypes.cast(thing, ctypes.c_void_p).value or 0


def places_on_sheet(page: pypdfium2.PdfPage) -> Any:
    """A function from the page's own places to points from the top left of what is shown."""
    width, height = page.get_size()
    fine = 100  # pdfium answers in whole numbers

    def shown(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (round(width * fine), round(height * fine))
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        return across.value / fine, down.value / fine

    far = 1000.0
    (x0, y0), (x1, y1), (x2, y2) = shown(0, 0), shown(far, 0), shown(0, far)
    a, b, c, d = (x1 - x0) / far, (y1 - y0) / far, (x2 - x0) / far, (y2 - y0) / far
    return lambda x, y: (x0 + a * x + c * y, y0 + b * x + d * y)
