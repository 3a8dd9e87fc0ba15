"""A PNG without see-through dots goes into the PDF as it is packed: both know the same packing."""

import struct
import zlib
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from referrals.drawing.paper import image_stream

GREY, COLOUR, PALETTE = 0, 2, 3
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1}
CHUNK = 1024 * 1024


class Png(NamedTuple):
    size: tuple[int, int]
    bits: int
    kind: int
    palette: bytes
    packed: bytes
    is_plain: bool  # neither see-through nor interlaced


def read_png(data: bytes) -> Png:
    size, bits, kind, interlaced = (0, 0), 0, -1, 0
    palette, packed, see_through, place = b"", [], False, 8
    while place + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        if name == b"IHDR":
            *wide_high, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            size = (wide_high[0], wide_high[1])
        elif name == b"PLTE":
            palette = body
        elif name == b"tRNS":
            see_through = True
        elif name == b"IDAT":
            packed.append(body)
        elif name == b"IEND":
            break
        place += length + 12
    plain = kind in CHANNELS and bits <= 8 and not see_through and not interlaced
    return Png(size, bits, kind, palette, b"".join(packed), plain)


def as_it_is(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream | None:
    """The picture for a page, or None where it has to be unpacked for that."""
    png = read_png(data)
    if not png.is_plain:
        return None
    read_through(png)
    space: Any = {GREY: Name.DeviceGray, COLOUR: Name.DeviceRGB}.get(png.kind)
    if png.kind == PALETTE:
        colours = len(png.palette) // 3
        space = Array([Name.Indexed, Name.DeviceRGB, colours - 1, pikepdf.String(png.palette)])
    parameters = Dictionary(
        Predictor=15, Colors=CHANNELS[png.kind], BitsPerComponent=png.bits, Columns=png.size[0]
    )
    return image_stream(
        pdf,
        png.packed,
        png.size,
        ColorSpace=space,
        BitsPerComponent=png.bits,
        Filter=Name.FlateDecode,
        DecodeParms=parameters,
    )


def read_through(png: Png) -> None:
    """Raises ValueError where dots are missing; holds a small piece of the picture at a time."""
    row = 1 + (png.size[0] * CHANNELS[png.kind] * png.bits + 7) // 8
    missing = row * png.size[1]
    reader, waiting = zlib.decompressobj(), png.packed
    while missing > 0 and (piece := reader.decompress(waiting, CHUNK)):
        missing -= len(piece)
        waiting = reader.unconsumed_tail
    if missing > 0:
        raise ValueError("the picture is not complete")
