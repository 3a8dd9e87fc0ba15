"""Markup of a page, once its blocks are drawn. Knows plain data, no models and no blocks."""

import json
import re
from typing import Any, NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

from conditions.links import clean_links

EXPLAINED = re.compile(
    r"(?<![(“‘])([(“‘]*)"
    r'<span class="term">(<button.*?</button>)(<span class="term-meaning".*?</span>)</span>'
    r"([)”’.,;:?!]*)",
    re.DOTALL,
)
# No sign of HTML stays in JSON, so that no word can end the element it stands in.
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
SECOND_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
FOLDED = r'<details class="layer"><summary><h3>(.*?)</h3></summary><div class="prose">'
HEADING_OR_FOLDED = re.compile(f"{SECOND_HEADING.pattern}|{FOLDED}", re.DOTALL)
FEW = 3  # headings: with fewer, what is folded stands in the list too


class Body(NamedTuple):
    """A page's body, its contents list of (id, words), and which more sheets it needs."""

    html: SafeString
    contents: list[tuple[str, str]]
    needs_more_styles: bool = False
    draws_data: bool = False


def trusted(html: str) -> SafeString:
    """The one place where published markup is trusted: `publishing.snapshot` has cleaned it. Its
    links are looked at once more, for what was published before a rule was made."""
    return SafeString(clean_links(html))


def with_meanings_at_the_end(html: str) -> str:
    """Explained words, with what they mean in a list that a printed page shows after its text.

    A browser may break a line before and after a button: the signs beside it go into its span,
    which does not wrap.
    """
    meanings: list[str] = []

    def without_meaning(match: re.Match[str]) -> str:
        before, button, meaning, after = match.groups()
        meanings.append(meaning)
        return f'<span class="term">{before}{button}{after}</span>'

    text = EXPLAINED.sub(without_meaning, html)
    if not meanings:
        return text
    return f'{text}\n<div class="words"><p>Words explained</p>{"".join(meanings)}</div>'


def with_addresses(picture: dict[str, Any]) -> dict[str, Any] | None:
    """A picture with the addresses of its files; None when a drawing is gone.

    The figure then shows its long description, so that the page still tells the story.
    """
    if "illustration" in picture:
        try:
            address = static(f"illustrations/{picture['illustration']}.svg")
        except ValueError:
            return None
        return {**picture, "src": address, "srcset": ""}
    files = [
        (f"{settings.MEDIA_URL}images/{file['name']}", file["width"])
        for file in picture["renditions"]
    ]
    srcset = ", ".join(f"{address} {width}w" for address, width in files)
    return {**picture, "src": files[-1][0], "srcset": srcset}


def number_headings(html: str) -> Body:
    """Give every second-level heading an id of its own and list them.

    A page that is folded for the most part lists its folds: a browser opens the one that an id
    within it is gone to.
    """
    contents: list[tuple[str, str]] = []
    few = len(SECOND_HEADING.findall(html)) < FEW

    def with_id(match: re.Match[str]) -> str:
        heading = match[1]
        words = strip_tags(heading if heading is not None else match[2])
        key = heading_id(words, taken=[key for key, _ in contents])
        if heading is None:
            key = f"more-{key}"
        contents.append((key, words))
        if heading is None:
            return match[0].removesuffix(">") + f' id="{key}">'
        return f'<h2 id="{key}">{heading}</h2>'

    pattern = HEADING_OR_FOLDED if few else SECOND_HEADING
    return Body(SafeString(pattern.sub(with_id, html)), contents)


def heading_id(words: str, *, taken: list[str]) -> str:
    """The id of the next heading of a page whose earlier headings have the ids `taken`."""
    name = slugify(words) or "part"
    return name if name not in taken else f"{name}-{len(taken) + 1}"


def as_json(data: Any) -> SafeString:
    """JSON that may stand in a `script` element. It is data: a browser never runs it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return SafeString(text.translate(JSON_ESCAPES))
