"""Which signs of a page a person sees: those whose ink is missing without the page's text.

The page is drawn twice, with its text and without. Whatever hides a text (white on white, a picture
on top, a layer that is off, an edge that cuts it), no ink of it is in the difference.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

SCALE = 1.5  # dots for a point
FAINTEST = 36  # of 255: fainter ink is not seen beside its ground
FAINTEST_DOT = 12  # for a comma or a dot, which fills no whole dot of the picture
MOST_DOTS = 3_000_000
MOST_OBJECTS = 50_000
DEEPEST = 8


def ink_of_text(page: pypdfium2.PdfPage) -> tuple[Image.Image, float]:
    """What is drawn by text alone, as brightness, and the dots for a point.

    Takes the page's text away: read its signs before.
    """
    width, height = page.get_size()
    scale = min(SCALE, (MOST_DOTS / max(width * height, 1.0)) ** 0.5)
    drawn = picture_of(page, scale)
    for thing in text_objects(page):
        pdfium.FPDFPageObj_SetIsActive(thing, False)
    return ImageChops.difference(drawn, picture_of(page, scale)), scale


def picture_of(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    dots = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    return dots.to_pil().convert("L")


def text_objects(page: pypdfium2.PdfPage) -> Iterator[Any]:
    count = pdfium.FPDFPage_CountObjects(page)
    if count > MOST_OBJECTS:
        raise ValueError("too many objects")
    for place in range(count):
        yield from texts_in(pdfium.FPDFPage_GetObject(page, place), 0)


def texts_in(thing: Any, depth: int) -> Iterator[Any]:
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        yield thing
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
        for place in range(pdfium.FPDFFormObj_CountObjects(thing)):
            yield from texts_in(
                pdfium.FPDFFormObj_GetObject(thing, ctypes.c_ulong(place)), depth + 1
            )


def is_seen(ink: Image.Image, box: tuple[float, float, float, float], sign: str) -> bool:
    """Whether there is ink within the box, in dots: left, top, right, bottom."""
    left, top, right, bottom = box
    place = (int(left), int(top), int(right) + 1, int(bottom) + 1)
    if place[0] >= ink.width or place[1] >= ink.height or place[2] <= 0 or place[3] <= 0:
        return False
    darkest = ink.crop(place).getextrema()[1]
    return bool(darkest >= (FAINTEST if sign.isalnum() else FAINTEST_DOT))  # type: ignore[operator]
