"""A sender's PDF as it looks, and nothing of what it does.

Only what draws is taken over: pages, what they show, and which layers are hidden. Form fields
and notes become part of the page. Scripts, actions, files inside, forms and links stay behind.
"""

from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array

from referrals.drawing import appearances
from referrals.drawing.layers import carry_layers
from referrals.drawing.paper import A4

MOST_PAGES = 2000
LARGEST_SIDE = 14400.0  # points: the most that readers of PDF show
SMALLEST_SIDE = 3.0
PAGE_KEYS = {
    "/Type",
    "/Contents",
    "/CropBox",
    "/Group",
    "/MediaBox",
    "/Resources",
    "/Rotate",
    "/UserUnit",
}
# What a stream may carry beside what it draws: files elsewhere, other programs' data, history.
BESIDE_THE_PICTURE = [
    "/AF",
    "/F",
    "/FDecodeParms",
    "/FFilter",
    "/Measure",
    "/Metadata",
    "/OPI",
    "/PieceInfo",
    "/PtData",
    "/Ref",
    "/StructParent",
    "/StructParents",
]


class OnlyAdobe(ValueError):
    """A form that is drawn by Adobe's own program alone; its page says “Please wait”."""


class Locked(ValueError):
    """It asks for a password."""


def pages_of_pdf(data: bytes) -> tuple[pikepdf.Pdf, list[appearances.Words]]:
    """Its pages, and typed words that they do not show.

    Raises Locked, OnlyAdobe, or an error of the reader where the file is broken.
    """
    try:
        source = pikepdf.open(BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Locked from error
    if source.Root.get("/NeedsRendering") is True:
        raise OnlyAdobe
    if not 0 < len(source.pages) <= MOST_PAGES:
        raise ValueError(f"{len(source.pages)} pages")
    unseen = appearances.complete(source)
    source.flatten_annotations("screen")
    return only_what_draws(source), unseen


def only_what_draws(source: pikepdf.Pdf) -> pikepdf.Pdf:
    """A new PDF with the pages and the layers; what no page shows is not taken along."""
    for page in source.pages:
        trim(page.obj)
    pdf = pikepdf.new()
    pdf.pages.extend(source.pages)
    carry_layers(source, pdf)
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            for name in BESIDE_THE_PICTURE:
                if name in thing:
                    del thing[name]
    return pdf


def trim(page: Any) -> None:
    """Leave what draws, and give a page a size that readers can show."""
    for name in list(page.keys()):
        if name not in PAGE_KEYS:
            del page[name]
    box = usable(page.get("/MediaBox"))
    page.MediaBox = Array(box or [0, 0, *A4])
    if "/CropBox" in page and not usable(page.CropBox):
        del page["/CropBox"]
    if int_or(page.get("/Rotate"), 0) % 90:
        del page["/Rotate"]
    if box is None or max(box[2] - box[0], box[3] - box[1]) > LARGEST_SIDE:
        shrink(page)


def usable(box: Any) -> list[float] | None:
    """Left, bottom, right, top; None where nothing could be seen between them."""
    try:
        numbers = [float(number) for number in box]
        left, right = sorted((numbers[0], numbers[2]))
        bottom, top = sorted((numbers[1], numbers[3]))
    except (TypeError, ValueError, IndexError):
        return None
    if min(right - left, top - bottom) < SMALLEST_SIDE or not abs(sum(numbers)) < 1e9:
        return None
    return [left, bottom, right, top]


def int_or(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def shrink(page: Any) -> None:
    """A page of absurd size is drawn small enough for readers, with all that stands on it."""
    left, bottom, right, top = (float(number) for number in page.MediaBox)
    scale = min(1.0, LARGEST_SIDE / (right - left), LARGEST_SIDE / (top - bottom))
    before = f"q {scale:.8f} 0 0 {scale:.8f} {-left * scale:.4f} {-bottom * scale:.4f} cm\n"
    drawn = pikepdf.Page(page)
    drawn.contents_add(before.encode(), prepend=True)
    drawn.contents_add(b"\nQ")
    page.MediaBox = Array([0, 0, (right - left) * scale, (top - bottom) * scale])
    for name in ("/CropBox", "/UserUnit"):
        if name in page:
            del page[name]


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes; packed pieces are not unpacked for it."""
    target = BytesIO()
    pdf.save(
        target,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return target.getvalue()
