"""The code on a printed leaflet that leads a telephone back to the page."""

from typing import NamedTuple

import qrcode
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
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    return Code(len(rows), "".join(strokes(y, row) for y, row in enumerate(rows)))


def strokes(y: int, row: list[bool]) -> str:
    """One `M x y h length` for each run of dark modules."""
    parts, x = [], 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            parts.append(f"M{x} {y}h{end - x}")
        x = max(end, x + 1)
    return "".join(parts)
