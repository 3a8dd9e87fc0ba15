"""A page on A4 as a PDF: the words, the sources and the code that leads back to the page.

It is drawn once for each version of its words and of the clinic's facts, and lies under `VAR_DIR`
until the next one. The folder may be thrown away at any time.
"""

import logging
import os
import re
import threading
import time
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from clinic_site.web.style_sheets import sheet
from conditions.illustrations import illustration_names
from conditions.models import Publication
from conditions.public.on_paper import drawn_small, for_pens, in_flat_colours
from conditions.public.presenting import page_context
from conditions.rendering import with_addresses

logger = logging.getLogger(__name__)
TERM = re.compile(r'<span class="term">([^<]*)<button[^>]*>([^<]*)</button>([^<]*)</span>')
INLINE = re.compile(r"(?<=[^\s>])\s+(<(?:a|b|em|strong)\b[^>]*>)")
IMAGE = re.compile(r'<img src="([^"]+)"(\s+srcset="[^"]*" sizes="[^"]*")?')
TRY_AGAIN_AFTER = 600.0  # seconds, where a page could not be drawn
MOST_WAITING = 3  # threads of this process; the others go on with showing pages

_turn = threading.Lock()
_waiting = threading.BoundedSemaphore(MOST_WAITING)


class Leaflet(NamedTuple):
    """What is to be drawn; `name` is that of its file and changes with every word of it."""

    page: int
    html: str

    @property
    def name(self) -> str:
        return f"{self.page}-{sha256(self.html.encode()).hexdigest()[:32]}"

    @property
    def path(self) -> Path:
        return folder() / f"{self.name}.pdf"

    @property
    def failed(self) -> Path:
        return folder() / f"{self.name}.failed"


def folder() -> Path:
    return Path(settings.VAR_DIR) / "leaflets"


def leaflet_of(publication: Publication) -> Leaflet:
    """Raises `UnknownPayload`."""
    context = page_context(publication, is_paper=True)
    context |= sources_on_paper(context)
    rules = SafeString(sheet("paper.css"))  # a file of ours
    html = render_to_string("conditions/pdf/leaflet.html", {**context, "sheet": rules})
    whole = for_pens(with_spaces_inside(with_plain_terms(html)))
    is_small = bool(context["is_leaflet"])
    return Leaflet(publication.page_id, with_pictures_inside(whole, is_small=is_small))


def sources_on_paper(context: dict[str, Any]) -> dict[str, Any]:
    """The sources that a number leads to, with it, and those of the page that none does: on paper
    a number that nothing names is a riddle."""
    numbered = list(enumerate(context["payload"]["sources"], 1))
    marks = str(context["body"].html)
    cited = [(n, source) for n, source in numbered if f'href="#source-{source["code"]}"' in marks]
    others = [pair for pair in numbered if pair not in cited]
    return {"cited": cited, "other_sources": [source for _, source in others]}


def with_plain_terms(html: str) -> str:
    """Nobody presses a word on paper; and what draws it ends a line too soon behind such a span."""
    return TERM.sub(r"\1\2\3", html)


def with_spaces_inside(html: str) -> str:
    """What draws it may break a line after its first word where a space before a link is the last
    that fits: “Not / sure how urgent it is? Ring”. A space that stands in the link does not."""
    return INLINE.sub(r"\1 ", html)


def with_pictures_inside(html: str, *, is_small: bool = False) -> str:
    """Pictures as part of the page, for the child that draws it may open no file. A leaflet’s
    columns are as narrow as a phone: its drawings get the large words of a phone."""
    ours = {picture_address(name): drawing(name) for name in illustration_names()}

    def inside(match: re.Match[str]) -> str:
        path = ours.get(match[1])
        try:
            picture = path.read_bytes() if path else uploaded(match[1])
            if path:
                picture = in_flat_colours(drawn_small(picture) if is_small else picture)
            content = b64encode(picture).decode()
        except OSError:
            content = ""
        kind = "image/svg+xml" if path else "image/webp"
        return f'<img src="data:{kind};base64,{content}"'

    return IMAGE.sub(inside, html)


def picture_address(name: str) -> str:
    return str((with_addresses({"illustration": name}) or {}).get("src"))


def drawing(name: str) -> Path:
    return Path(settings.BASE_DIR) / "static" / "illustrations" / f"{name}.svg"


def uploaded(address: str) -> bytes:
    """An uploaded picture by its address; its name is ours, and no path. Empty: it is none."""
    name = Path(address).name
    if address != f"{settings.MEDIA_URL}images/{name}":
        return b""
    with default_storage.open(f"images/{name}") as file:
        return bytes(file.read())


def pdf_of(leaflet: Leaflet) -> bytes | None:
    """As it was drawn before, or drawn now; None where that is not possible at this moment."""
    return kept(leaflet) or drawn_in_turn(leaflet)


def kept(leaflet: Leaflet) -> bytes | None:
    with suppress(OSError):
        return leaflet.path.read_bytes()
    return None


def drawn_in_turn(leaflet: Leaflet) -> bytes | None:
    """One at a time in each process; whoever waited for the same finds it drawn."""
    if failed_lately(leaflet) or not _waiting.acquire(blocking=False):
        return None
    try:
        with _turn:
            return kept(leaflet) or drawn(leaflet)
    finally:
        _waiting.release()


def failed_lately(leaflet: Leaflet) -> bool:
    with suppress(OSError):
        return time.time() - leaflet.failed.stat().st_mtime < TRY_AGAIN_AFTER
    return False


def drawn(leaflet: Leaflet) -> bytes | None:
    pdf: bytes | None = import_string(settings.DRAWS_PAGES_AS_PDF)(leaflet.html)
    if pdf is None:  # no room for it now
        return None
    keep(leaflet, pdf)
    return pdf or None


def keep(leaflet: Leaflet, pdf: bytes) -> None:
    """Instead of what the page was before. A disk that takes nothing costs time, no leaflet."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        for old in folder().glob(f"{leaflet.page}-*"):
            old.unlink(missing_ok=True)
        path = leaflet.path if pdf else leaflet.failed
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(pdf)
        part.replace(path)
    except OSError as error:
        logger.warning("a leaflet cannot be kept: %s", type(error).__name__)
