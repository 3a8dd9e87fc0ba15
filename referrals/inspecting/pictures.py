"""Pictures, by the headers of their frames; nothing is unpacked.

The pages of a TIFF are its frames. A second frame of a telephone's photograph (its brightness, a
small view, the other eye) is no page and is never drawn, so it is not looked at.
"""

import re
import warnings
from io import BytesIO

from PIL import Image

from referrals.inspecting.seen import Seen

MOST_PIXELS = 50_000_000
MOST_PIXELS_TOGETHER = 1_500_000_000
MOST_PAGES = 2000
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# A page of a scan in black and white: quick to unpack, so it counts a quarter.
SCANNED_PAGE = 10_000_000


def inspect_picture(data: bytes) -> Seen:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(data)) as picture:
            return look_at_frames(picture)
    except BOMB:
        return Seen({"image_bomb"})


def look_at_frames(picture: Image.Image) -> Seen:
    together, frames = 0.0, 0
    while True:
        pixels = picture.width * picture.height
        is_scan = picture.mode == "1" and pixels <= SCANNED_PAGE
        together += pixels / 4 if is_scan else pixels
        frames += 1
        if pixels > MOST_PIXELS or together > MOST_PIXELS_TOGETHER:
            return Seen({"image_bomb"}, frames)
        if frames > MOST_PAGES:
            return Seen({"page_bomb"}, frames)
        if picture.format != "TIFF":
            return Seen(set(), 1)
        try:
            picture.seek(frames)
        except BOMB:
            return Seen({"image_bomb"}, frames)
        except Exception:  # the last one, or what follows is broken and is not drawn
            return Seen(set(), frames)


def inspect_heic(data: bytes) -> Seen:
    """The sizes that the file announces: four bytes each after the mark `ispe`."""
    for match in re.finditer(rb"ispe....(....)(....)", data, re.DOTALL):
        width, height = (int.from_bytes(match[n], "big") for n in (1, 2))
        if width * height > MOST_PIXELS:
            return Seen({"image_bomb"})
    return Seen(set())
