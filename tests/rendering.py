"""Looks at the pages of a PDF as a person would: their words, their size and their dots."""

import pypdfium2
from PIL import Image


def page_count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_words(pdf: bytes) -> list[str]:
    """The words of each page, as far as they are letters and not a picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Points across and down, as shown."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width()), round(page.get_height())) for page in document]


def page_seen(pdf: bytes, number: int = 0) -> Image.Image:
    """One page in grey, a dot for each point."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[number].render(scale=1).to_pil().convert("L")


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all that is not white: left, top, right, bottom."""
    return picture.point(lambda dot: 255 if dot < 200 else 0).getbbox()
