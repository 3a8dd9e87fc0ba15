"""A logo as we keep it: drawn anew from its pixels, small, with its size and ground in its name.

A page must not open a file to draw its header, and a lost file must not break a page: so what the
header needs to know stands in the name.
"""

import hashlib
import re
from io import BytesIO
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, ImageStat

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
SIZE = (400, 88)  # twice the box in the header, for fine screens
MOST_WIDE, MOST_HIGH = 12, 4  # times as wide as high; times as high as wide
WORDMARK = 2.5  # so many times as wide as high, and it holds the clinic's name
LIGHT = 170  # of 255: mean brightness from which a see-through logo is made for a dark ground
NAMED = re.compile(r"-(\d+)x(\d+)(-light)?(?:_\w+)?\.webp$")

KNOWN_OTHERS = {
    b"<svg": "SVG drawings cannot be used: they can carry programs. Save it as PNG.",
    b"gif8": "GIF pictures cannot be used. Save it as PNG.",
    b"%pdf": "A PDF cannot be used as a logo. Save it as PNG.",
    b"ftyphei": "Pictures in Apple’s HEIC format cannot be used. Save it as PNG or JPEG.",
    b"ftypmif1": "Pictures in Apple’s HEIC format cannot be used. Save it as PNG or JPEG.",
}
OTHER = "This file is not a PNG, JPEG or WebP picture."
DAMAGED = "The file is damaged or not complete. Save the picture again and try once more."


class NotALogo(ValueError):
    """The file cannot become a logo; the message says why in plain words."""


class Drawn(NamedTuple):
    """How the header draws a logo: size in CSS pixels, and what it stands on."""

    width: int
    height: int
    is_light: bool

    @property
    def is_wordmark(self) -> bool:
        return self.width >= WORDMARK * self.height


def small_logo(upload: UploadedFile) -> ContentFile:
    """A WebP of at most 400 × 88 pixels without metadata, named by its content and size."""
    content = read(upload)
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotALogo("The picture has too many pixels. Choose a smaller one.")
            small = cropped(eight_bits(image))
    except NotALogo:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotALogo("The picture has too many pixels. Choose a smaller one.") from error
    except Exception as error:  # hostile bytes make decoders fail in any way
        raise NotALogo(DAMAGED) from error
    small.thumbnail(SIZE, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    small.save(buffer, "WEBP", quality=90, exif=b"", xmp=b"", icc_profile=b"")
    encoded = buffer.getvalue()
    ground = "-light" if is_light(small) else ""
    digest = hashlib.sha256(encoded).hexdigest()[:16]
    return ContentFile(encoded, name=f"{digest}-{small.width}x{small.height}{ground}.webp")


def read(upload: UploadedFile) -> bytes:
    """The bytes of a picture that may be one, by its first bytes: names lie."""
    upload.seek(0)
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NotALogo("The file is larger than 5 MB. Choose a smaller picture.")
    is_webp = content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    if not is_webp and not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        start = content[:1024].lower()
        raise NotALogo(next((KNOWN_OTHERS[k] for k in KNOWN_OTHERS if k in start), OTHER))
    return content


def eight_bits(image: Image.Image) -> Image.Image:
    """Upright, in eight bits a colour, with what is see-through."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        upright = upright.point(lambda value: value / 256).convert("L")
    return upright.convert("RGBA")


def cropped(picture: Image.Image) -> Image.Image:
    """Without its see-through margins, which would make it small. Refuses what is no logo."""
    box = picture.getbbox()
    if box is None:
        raise NotALogo("Nothing can be seen in this picture: all of it is see-through.")
    seen = picture.crop(box)
    if seen.width > MOST_WIDE * seen.height:
        raise NotALogo("The logo is more than 12 times as wide as high. Choose a shorter form.")
    if seen.height > MOST_HIGH * seen.width:
        raise NotALogo("The logo is more than 4 times as high as wide. Choose a wider form.")
    return seen


def is_light(picture: Image.Image) -> bool:
    """Whether it is made for a dark ground: see-through, and bright where it is not."""
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
