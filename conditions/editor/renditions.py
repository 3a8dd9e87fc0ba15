"""A picture for pages, in the widths that telephones and screens ask for."""

from typing import TYPE_CHECKING, NamedTuple

from django.core.files.base import File

from clinic_site.pictures import LARGEST, NotAPicture, as_webp, content_name, decode

if TYPE_CHECKING:
    from PIL import Image

MEGABYTES = 15
MIN_WIDTH = 320
MAX_RATIO = 10
WIDTHS = (480, 960, LARGEST)
QUALITY = 82

TOO_NARROW = "The picture is less than 320 pixels wide. Choose a larger one."
TOO_LONG = "The picture is more than 10 times as long as it is wide or high. Cut it first."


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
    width, height, picture = decode(upload, megabytes=MEGABYTES, check=check)
    return Encoded(width, height, [render(picture, size) for size in sizes(width, height)])


def check(width: int, height: int) -> None:
    if width < MIN_WIDTH:
        raise NotAPicture(TOO_NARROW)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise NotAPicture(TOO_LONG)


def sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Never wider than the picture; a small one keeps its width."""
    widths = [wide for wide in WIDTHS if wide <= width] or [width]
    return [(wide, max(1, round(height * wide / width))) for wide in widths]


def render(picture: "Image.Image", size: tuple[int, int]) -> Rendition:
    from PIL.Image import Resampling

    small = picture.resize(size, Resampling.LANCZOS, reducing_gap=3.0)
    content = as_webp(small, quality=QUALITY)
    return Rendition(*size, content_name(content, str(size[0])), content)
