"""A logo as we keep it: drawn anew from its pixels, small, with its size and ground in its name.

A page must not open a file to draw its header, and a lost file must not break a page: so what the
header needs to know stands in the name.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from clinic_site.pictures import NotAPicture, as_webp, content_name, decode

if TYPE_CHECKING:
    from PIL import Image

MEGABYTES = 5
SIZE = (400, 88)  # twice the box in the header, for fine screens
MOST_WIDE, MOST_HIGH = 12, 4  # times as wide as high; times as high as wide
WORDMARK = 2.5  # so many times as wide as high, and it holds the clinic's name
LIGHT = 170  # of 255: mean brightness from which a see-through logo is made for a dark ground
NAMED = re.compile(r"-(\d+)x(\d+)(-light)?(?:_\w+)?\.webp$")


class Drawn(NamedTuple):
    """How the header draws a logo: size in CSS pixels, and what it stands on."""

    width: int
    height: int
    is_light: bool

    @property
    def is_wordmark(self) -> bool:
        return self.width >= WORDMARK * self.height


def small_logo(upload: UploadedFile) -> ContentFile:
    """A WebP of at most 400 × 88 pixels without metadata, named by its content and size.

    Raises `NotAPicture`.
    """
    from PIL.Image import Resampling  # as in `pictures`: only where a logo is drawn

    small = cropped(decode(upload, megabytes=MEGABYTES).pixels.convert("RGBA"))
    small.thumbnail(SIZE, Resampling.LANCZOS)
    content = as_webp(small, quality=90)
    ground = "-light" if is_light(small) else ""
    name = content_name(content, f"{small.width}x{small.height}{ground}")
    return ContentFile(content, name=name)


def cropped(picture: "Image.Image") -> "Image.Image":
    """Without its see-through margins, which would make it small. Refuses what is no logo."""
    box = picture.getbbox()
    if box is None:
        raise NotAPicture("Nothing can be seen in this picture: all of it is see-through.")
    seen = picture.crop(box)
    if seen.width > MOST_WIDE * seen.height:
        raise NotAPicture("The logo is more than 12 times as wide as high. Choose a shorter form.")
    if seen.height > MOST_HIGH * seen.width:
        raise NotAPicture("The logo is more than 4 times as high as wide. Choose a wider form.")
    return seen


def is_light(picture: "Image.Image") -> bool:
    """Whether it is made for a dark ground: see-through, and bright where it is not."""
    from PIL import ImageStat

    alpha = picture.getchannel("A")
    if 0 not in alpha.tobytes():
        return False
    seen = alpha.point(lambda value: 255 if value > 127 else 0)
    return ImageStat.Stat(picture.convert("L"), seen).mean[0] >= LIGHT if seen.getbbox() else False


def drawn(name: str) -> Drawn | None:
    """Size and ground of a stored logo by its name; None for one from before names said so."""
    found = NAMED.search(name)
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    scale = min(SIZE[0] / 2 / width, SIZE[1] / 2 / height, 1)
    return Drawn(max(1, round(width * scale)), max(1, round(height * scale)), bool(found[3]))
