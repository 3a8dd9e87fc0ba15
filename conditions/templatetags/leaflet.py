"""The code on a printed leaflet that leads a telephone back to the page."""

from itertools import groupby
from typing import NamedTuple

from django import template

register = template.Library()
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


class Code(NamedTuple):
    """A QR code as one SVG path in a square of `size` modules, quiet zone included."""

    size: int
    path: str


@register.simple_tag
def qr_code(address: str) -> Code:
    """The code of an address. Dark modules that touch in a row are one stroke: small and sharp."""
    import qrcode  # with all of Pillow, and asked for only where a page is prepared

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    return Code(len(rows), "".join(strokes(y, row) for y, row in enumerate(rows)))


def strokes(y: int, row: list[bool]) -> str:
    """One stroke for each run of dark modules: `M x y h length`, and in the same row
    `m gap 0 h length`, as relative moves make a page 200 bytes lighter."""
    parts: list[str] = []
    x = gap = 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            parts.append(f"m{gap} 0h{length}" if parts else f"M{x} {y}h{length}")
        gap = length
        x += length
    return "".join(parts)
