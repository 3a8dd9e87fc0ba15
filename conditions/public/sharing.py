"""The picture beside a page's address in a message: what `og:image` names."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.templatetags.static import static

from conditions.rendering import with_addresses

WIDTH, HEIGHT = 1200, 630  # what those who show such pictures ask for
MADE_OF = "Made of"  # in the file: the digest of its drawing
DEFAULT = ("where-the-joint-is", "A drawing of where the sacroiliac joint is.")


class SharedPicture(NamedTuple):
    """`address` is absolute, as those who fetch it do not know where it stood."""

    address: str
    width: int
    height: int
    alt: str


def shared_picture(blocks: Iterable[Any]) -> SharedPicture | None:
    """The first picture of a page's blocks, or the one for pages without; None if both are gone."""
    figures = [block for block in blocks if block["kind"] == "figure" and block["picture"]]
    found = (picture_of(figure["picture"], figure["alt"]) for figure in figures)
    return next((picture for picture in found if picture), None) or of_a_drawing(*DEFAULT)


def picture_of(picture: dict[str, Any], alt: str) -> SharedPicture | None:
    """A picture that staff uploaded goes as it is: cut to another shape, it might say less."""
    if "illustration" in picture:
        return of_a_drawing(picture["illustration"], alt)
    addressed = with_addresses(picture)
    if not addressed:
        return None
    largest = picture["renditions"][-1]["width"]
    height = round(picture["height"] * largest / picture["width"])
    return SharedPicture(settings.SITE_URL + addressed["src"], largest, height, alt)


def of_a_drawing(name: str, alt: str) -> SharedPicture | None:
    """Made once for each of our drawings (`make shared-pictures`); a drawing may be gone."""
    try:
        address = static(f"shared/{name}.png")
    except ValueError:
        return None
    return SharedPicture(settings.SITE_URL + address, WIDTH, HEIGHT, alt)


def digest_of(drawing: Path) -> str:
    return sha256(drawing.read_bytes()).hexdigest()
