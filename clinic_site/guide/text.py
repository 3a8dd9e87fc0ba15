"""The guide as HTML: one Markdown file of our own, drawn once in the life of a process.

It reads as well on a code host: pictures are named from there (`../static/guide/…`), and the ids
of headings are those that such a host makes.
"""

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.text import slugify

if TYPE_CHECKING:
    from markdown_it.token import Token

FILE = settings.BASE_DIR / "docs" / "staff-guide.md"
PICTURES = settings.BASE_DIR / "static" / "guide"
PICTURE = re.compile(r"\.\./static/guide/([\w-]+\.webp)")
SHARPNESS = 2  # pixels of a picture for one of the page


class Guide(NamedTuple):
    """Its title, its body, and a list of (id, words) of its sections."""

    title: str
    body: SafeString
    contents: list[tuple[str, str]]


@cache
def guide() -> Guide:
    """Raises `FileNotFoundError` where the file was not brought along."""
    return drawn(FILE.read_text(encoding="utf-8"))


def drawn(text: str) -> Guide:
    """HTML in the file would be shown as it is typed; it holds none."""
    from markdown_it import MarkdownIt  # once for each process that shows the guide

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    headings = with_ids(tokens)
    for image in (inner for token in tokens for inner in token.children or []):
        if image.type == "image":
            place(image)
    title = next((words for tag, _, words in headings if tag == "h1"), "")
    body = tokens[3:] if title else tokens  # the page has its title already
    html = markdown.renderer.render(body, markdown.options, {})
    contents = [(place_of, words) for tag, place_of, words in headings if tag == "h2"]
    return Guide(title, SafeString(html), contents)


def with_ids(tokens: list["Token"]) -> list[tuple[str, str, str]]:
    """Gives each heading its id; tag, id and words of each."""
    found = []
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slugify(words.content))
            found.append((opening.tag, slugify(words.content), words.content))
    return found


def place(image: "Token") -> None:
    """A picture at the site's own address, with its size, so that nothing moves as it comes.

    One that is not there is shown as its words: the guide never fails for a picture.
    """
    from PIL import Image

    found = PICTURE.fullmatch(str(image.attrGet("src") or ""))
    path = PICTURES / found[1] if found else None
    if path is None or not path.is_file():
        return
    image.attrSet("src", address_of(f"guide/{path.name}"))
    image.attrSet("loading", "lazy")
    with Image.open(path) as picture:
        image.attrSet("width", str(picture.width // SHARPNESS))
        image.attrSet("height", str(picture.height // SHARPNESS))


def address_of(name: str) -> str:
    """Without its sign of the content where `collectstatic` has not seen the picture yet."""
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"
