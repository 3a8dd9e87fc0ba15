"""A picture as we keep it: drawn anew from its pixels, whatever else was in the file."""

import hashlib
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

from django.core.files.base import File
from PIL import Image, ImageCms

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_WIDTH = 320
MAX_RATIO = 10
WIDTHS = (480, 960, 1440)
QUALITY = 82
ORIENTATION = 0x0112

TOO_BIG = "The file is larger than 15 MB. Choose a smaller picture."
TOO_MANY_PIXELS = "The picture has more than 50 million pixels. Choose a smaller one."
TOO_NARROW = "The picture is less than 320 pixels wide. Choose a larger one."
TOO_LONG = "The picture is more than 10 times as long as it is wide or high. Cut it first."
MOVING = "Moving pictures cannot be used. Choose a still one."
DAMAGED = "The file is damaged or not complete. Save the picture again and try once more."
OTHER = "This file is not a JPEG, PNG or WebP picture."
EMPTY = "The file is empty."
KNOWN_OTHERS = {
    b"gif8": "GIF pictures cannot be used. Save it as PNG or JPEG.",
    b"<svg": "SVG drawings cannot be used here. Save it as PNG.",
    b"ftyphei": "Pictures in Apple’s HEIC format cannot be used. Save it as JPEG.",
    b"ftypmif1": "Pictures in Apple’s HEIC format cannot be used. Save it as JPEG.",
}

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class NotAPicture(ValueError):
    """The file cannot become a picture; the message says why in plain words."""


class Rendition(NamedTuple):
    width: int
    height: int
    name: str
    content: bytes


class Encoded(NamedTuple):
    """The size of the picture as it was sent, upright, and its renditions from small to large."""

    width: int
    height: int
    renditions: list[Rendition]


def encode(upload: File) -> Encoded:
    """WebP renditions without metadata, named by their content. Raises `NotAPicture`."""
    content = read(upload)
    kind = sniff(content)
    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            width, height, orientation = check(image)
            picture = draw(image, orientation)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(TOO_MANY_PIXELS) from error
    except Exception as error:  # hostile bytes make decoders fail in any way
        raise NotAPicture(DAMAGED) from error
    return Encoded(width, height, [render(picture, size) for size in sizes(width, height)])


def read(upload: File) -> bytes:
    """The bytes themselves, as an announced size may be wrong."""
    upload.seek(0)
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NotAPicture(TOO_BIG)
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


def check(image: Image.Image) -> tuple[int, int, int]:
    """Refuse by the header alone, before a pixel is decoded. Returns the upright size."""
    if image.width * image.height > MAX_PIXELS:
        raise NotAPicture(TOO_MANY_PIXELS)
    if getattr(image, "is_animated", False) and image.format != "MPO":  # two pictures of a camera
        raise NotAPicture(MOVING)
    orientation = orientation_of(image)
    width, height = image.size if orientation not in (5, 6, 7, 8) else image.size[::-1]
    if width < MIN_WIDTH:
        raise NotAPicture(TOO_NARROW)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise NotAPicture(TOO_LONG)
    return width, height, orientation


def orientation_of(image: Image.Image) -> int:
    """Broken notes about a picture must not cost the picture."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:
        return 1


def draw(image: Image.Image, orientation: int) -> Image.Image:
    """The pixels alone: eight bits, upright, in the colours of the web, without metadata."""
    image.draft("RGB", (max(WIDTHS), max(WIDTHS)))  # large JPEGs are decoded small: less memory
    image.load()
    picture = in_web_colours(eight_bits(image))
    picture.info.clear()
    turn = TURNS.get(orientation)
    return picture.transpose(turn) if turn is not None else picture


def eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_web_colours(picture: Image.Image) -> Image.Image:
    """Phones save wider colours with a profile, which would look dull without it."""
    profile = picture.info.get("icc_profile")
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            web = ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(picture, BytesIO(profile), web, inPlace=True)
    return picture


def sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Never wider than the picture; a small one keeps its width."""
    widths = [wide for wide in WIDTHS if wide <= width] or [width]
    return [(wide, max(1, round(height * wide / width))) for wide in widths]


def render(picture: Image.Image, size: tuple[int, int]) -> Rendition:
    buffer = BytesIO()
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.save(buffer, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    content = buffer.getvalue()
    name = f"{hashlib.sha256(content).hexdigest()[:16]}-{size[0]}.webp"
    return Rendition(*size, name, content)
