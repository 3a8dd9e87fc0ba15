"""A picture that staff upload, as we keep it: drawn anew from its pixels, whatever else was in the
file. One way in for the pictures of pages and for the logo."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from django.core.files.base import File

if TYPE_CHECKING:  # few processes ever draw: Pillow, 4 MB, is loaded where a picture comes
    from PIL import Image

MEGABYTE = 1024 * 1024
MAX_PIXELS = 50_000_000
LARGEST = 1440  # pixels of the widest rendition that is ever made
ORIENTATION = 0x0112

TOO_BIG = "The file is larger than {megabytes} MB. Choose a smaller picture."
TOO_MANY_PIXELS = "The picture has more than 50 million pixels. Choose a smaller one."
MOVING = "Moving pictures cannot be used. Choose a still one."
DAMAGED = "The file is damaged or not complete. Save the picture again and try once more."
OTHER = "This file is not a JPEG, PNG or WebP picture."
EMPTY = "The file is empty."
KNOWN_OTHERS = {
    b"gif8": "GIF pictures cannot be used. Save it as PNG or JPEG.",
    b"<svg": "SVG drawings cannot be used: they can carry programs. Save it as PNG.",
    b"%pdf": "A PDF cannot be used as a picture. Save it as PNG.",
    b"ftyphei": "Pictures in Apple’s HEIC format cannot be used. Save it as JPEG.",
    b"ftypmif1": "Pictures in Apple’s HEIC format cannot be used. Save it as JPEG.",
}

TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


class NotAPicture(ValueError):
    """The file cannot become a picture; the message says why in plain words."""


class Decoded(NamedTuple):
    """Width and height of the picture as it was sent, upright; its pixels, perhaps fewer."""

    width: int
    height: int
    pixels: "Image.Image"


def decode(
    upload: File, *, megabytes: int, check: Callable[[int, int], None] | None = None
) -> Decoded:
    """The pixels alone: eight bits, upright, in the colours of the web, without metadata.

    `check` may refuse an upright width and height before a pixel is decoded. Raises `NotAPicture`.
    """
    from PIL import Image, ImageFile

    content = read(upload, megabytes)
    kind = sniff(content)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for everybody when it loads
    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            refuse_by_header(image)
            orientation = orientation_of(image)
            width, height = image.size if orientation not in (5, 6, 7, 8) else image.size[::-1]
            if check:
                check(width, height)
            return Decoded(width, height, draw(image, orientation))
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(TOO_MANY_PIXELS) from error
    except Exception as error:  # hostile bytes make decoders fail in any way
        raise NotAPicture(DAMAGED) from error


def read(upload: File, megabytes: int) -> bytes:
    """The bytes themselves, as an announced size may be wrong."""
    upload.seek(0)
    content = upload.read(megabytes * MEGABYTE + 1)
    if len(content) > megabytes * MEGABYTE:
        raise NotAPicture(TOO_BIG.format(megabytes=megabytes))
    if not content:
        raise NotAPicture(EMPTY)
    return content


def sniff(content: bytes) -> str:
    """The format by its first bytes: names and announced types lie."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    start = content[:1024].lower()
    raise NotAPicture(next((KNOWN_OTHERS[k] for k in KNOWN_OTHERS if k in start), OTHER))


def refuse_by_header(image: "Image.Image") -> None:
    if image.width * image.height > MAX_PIXELS:
        raise NotAPicture(TOO_MANY_PIXELS)
    if getattr(image, "is_animated", False) and image.format != "MPO":  # two pictures of a camera
        raise NotAPicture(MOVING)


def orientation_of(image: "Image.Image") -> int:
    """Broken notes about a picture must not cost the picture."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:
        return 1


def draw(image: "Image.Image", orientation: int) -> "Image.Image":
    from PIL.Image import Transpose

    image.draft("RGB", (LARGEST, LARGEST))  # large JPEGs are decoded small: less memory
    image.load()
    picture = in_web_colours(eight_bits(image))
    picture.info.clear()
    turn = TURNS.get(orientation)
    return picture.transpose(Transpose[turn]) if turn else picture


def eight_bits(image: "Image.Image") -> "Image.Image":
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_web_colours(picture: "Image.Image") -> "Image.Image":
    """Phones save wider colours with a profile, which would look dull without it."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            web = ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(picture, BytesIO(profile), web, inPlace=True)
    return picture


def as_webp(picture: "Image.Image", *, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=quality, exif=b"", xmp=b"", icc_profile=b"")
    return buffer.getvalue()


def content_name(content: bytes, rest: str) -> str:
    """A file’s name that changes with its content, so that it may be kept by all for a year."""
    return f"{hashlib.sha256(content).hexdigest()[:16]}-{rest}.webp"
