"""A photograph goes into the PDF as it is: not unpacked, not packed again, not made worse.

Only its first picture (a telephone adds a second for depth or brightness), and without what else
it carries: place, time, thumbnail.
"""

import struct
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Name
from PIL import Image

from referrals.drawing.paper import Look, image_stream

START, END, SCAN = 0xD8, 0xD9, 0xDA
RESTARTS = range(0xD0, 0xD8)
HEADS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
EVERY_READER_KNOWS = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
ADOBE, JFIF = 0xEE, 0xE0
SPACES = {1: (Name.DeviceGray, "L"), 3: (Name.DeviceRGB, "RGB"), 4: (Name.DeviceCMYK, "CMYK")}


class Jpeg(NamedTuple):
    data: bytes  # the picture alone
    bits: int
    size: tuple[int, int]
    channels: int
    is_simple: bool
    is_adobe: bool  # such ones keep ink upside down


def first_picture(data: bytes) -> Jpeg:
    """Raises ValueError where it is none."""
    kept, place = [b"\xff\xd8"], 2
    bits = width = height = channels = 0
    simple = adobe = False
    while True:
        place = next_marker(data, place)
        marker = data[place] if place < len(data) else END
        if marker == END:
            break
        (length,) = struct.unpack(">H", data[place + 1 : place + 3])
        body = data[place + 3 : place + 1 + length]
        if marker in HEADS and not width:
            bits, height, width, channels = struct.unpack(">BHHB", body[:6])
            simple = marker in EVERY_READER_KNOWS
        adobe = adobe or (marker == ADOBE and body.startswith(b"Adobe"))
        end = end_of_scan(data, place + 1 + length) if marker == SCAN else place + 1 + length
        if belongs(marker, body):
            kept.append(b"\xff" + data[place:end])
        place = end
    if not (width and height):
        raise ValueError("not a picture")
    if place >= len(data):
        read_through(b"".join(kept))  # an end of ours would hide what is missing
    return Jpeg(b"".join([*kept, b"\xff\xd9"]), bits, (width, height), channels, simple, adobe)


def next_marker(data: bytes, place: int) -> int:
    """Where the next mark with a length, or the end, has its second byte."""
    while 0 <= (place := data.find(b"\xff", place)) < len(data) - 1:
        place += 1
        if data[place] not in (0x00, 0x01, START, 0xFF, *RESTARTS):
            return place
    return len(data)


def belongs(marker: int, body: bytes) -> bool:
    """Whether a piece is needed to show the picture."""
    if marker in (ADOBE, JFIF):
        return body.startswith((b"Adobe", b"JFIF\0"))
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def end_of_scan(data: bytes, place: int) -> int:
    """Where the packed dots end: at the first mark that is neither stuffing nor a restart."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            return len(data)
        if data[place + 1] not in (0x00, *RESTARTS, 0xFF):
            return place
        place += 1 if data[place + 1] == 0xFF else 2


def as_it_is(pdf: pikepdf.Pdf, jpeg: Jpeg, profile: bytes) -> pikepdf.Stream | None:
    """The picture for a page, or None where a reader of PDF might not know its kind."""
    if not (jpeg.is_simple and jpeg.bits == 8 and jpeg.channels in SPACES):
        return None
    read_through(jpeg.data)
    space: Any = SPACES[jpeg.channels][0]
    if profile[16:20] == {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}[jpeg.channels]:
        space = Array([Name.ICCBased, pdf.make_stream(profile, N=jpeg.channels, Alternate=space)])
    entries: dict[str, Any] = {"ColorSpace": space, "BitsPerComponent": 8, "Filter": Name.DCTDecode}
    if jpeg.channels == 4 and jpeg.is_adobe:
        entries["Decode"] = Array([1, 0] * 4)
    return image_stream(pdf, jpeg.data, jpeg.size, **entries)


def read_through(data: bytes) -> None:
    """Raises OSError where dots are missing. An eighth of the size needs little memory."""
    with Image.open(BytesIO(data)) as picture:
        picture.draft(picture.mode, (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()


def look_of(picture: Image.Image) -> Look:
    """Resolution and turn as camera or scanner wrote them."""
    dots = picture.info.get("dpi")
    if not dots and picture.info.get("jfif_unit") == 0:
        dots = picture.info.get("jfif_density")
    dots = dots or picture.info.get("aspect")
    return Look(as_floats(dots), turn_of(picture))


def turn_of(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(0x0112, 1))
    except Exception:  # notes of a camera, however broken, are no reason to lose the picture
        return 1


def as_floats(pair: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(number) for number in pair)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if across > 0 and down > 0 else None
