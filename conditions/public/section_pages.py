"""The pages of a section as its list shows them: a picture and one line each, in groups."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from conditions.illustrations import Picture, find_illustration
from conditions.models import Publication, Section
from conditions.payloads import PagePayload
from conditions.rendering import with_addresses
from conditions.showing.held_back import public_words_or_none

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
FOR_WHOM = ("This page is for ", "This sheet is for ")  # every second page begins with it

# The groups of the guides, by the stages of their pages; what has no stage is in the last one.
GUIDES = {
    "Understand your pain": ("understand", "find-out"),
    "Before a visit or surgery": ("prepare", "treat"),
    "After surgery": ("recover",),
}
FORMS_AND_FACTS = "Forms and facts"
FACTS = {"fees"}  # asked for before and after
WAY = ["understand", "find-out", "prepare", "treat", "recover"]  # a leaflet is for before, too
FIRST = "your-first-appointment"  # of its stage

# Pages without a picture of their own, and those whose first one is that of a neighbour.
PICTURES = {
    "conditions/after-a-spinal-fusion": "pelvis-from-behind",
    "conditions/diagnosis": "pressure-tests",
    "conditions/sacroiliac-joint-dysfunction": "where-the-joint-is",
    "conditions/inflammatory-sacroiliitis": "slice-through-the-joint",
    "guides/anaesthetic-and-going-home": "fusion-lying-and-cut",
    "guides/consent-talk": "three-trials",
    "guides/for-gps": "treatment-ladder",
    "guides/implants-and-scans": "implant-card",
    "guides/physiotherapy-after-fusion": "gentle-exercises",
    "guides/questions-people-ask": "seven-causes",
    "treatments/if-fusion-does-not-work": "loose-implant",
}


class Listed(NamedTuple):
    """One page of the list; `picture` has `src`, `width` and `height`, and no words."""

    address: str
    name: str
    line: str
    picture: Picture | None


class Group(NamedTuple):
    heading: str  # empty where a section is one group
    pages: list[Listed]


def groups_of(section: str) -> list[Group]:
    """The live pages of a section in the order of a patient's way; none is empty."""
    found = Publication.objects.live().filter(section=section).order_by("ordering", "page_id")
    pages = sorted(found, key=place)
    if section != Section.GUIDES:
        return [Group("", [listed(page) for page in pages])] if pages else []
    headings = [*GUIDES, FORMS_AND_FACTS]
    groups = [
        Group(heading, [listed(page) for page in pages if group_name(page) == heading])
        for heading in headings
    ]
    return [group for group in groups if group.pages]


def group_name(page: Publication) -> str:
    if page.slug in FACTS:
        return FORMS_AND_FACTS
    return next((name for name, stages in GUIDES.items() if page.stage in stages), FORMS_AND_FACTS)


def place(page: Publication) -> tuple[int, bool]:
    """Stages as they follow each other; the sort keeps the order of the menu within one."""
    return (WAY.index(page.stage) if page.stage in WAY else len(WAY), page.slug != FIRST)


def listed(page: Publication) -> Listed:
    words = public_words_or_none(page)
    return Listed(
        address=page.get_absolute_url(),
        name=page.menu_title,
        line=first_line(words["lead"]) if words else "",
        picture=picture_of(page, words),
    )


def first_line(lead: str) -> str:
    """The first sentence that says what the page tells; not for whom it is, if there is more."""
    sentences = SENTENCE_END.split(lead.strip())
    return next((one for one in sentences if not one.startswith(FOR_WHOM)), sentences[0])


def picture_of(page: Publication, words: PagePayload | None) -> Picture | None:
    """The one that we gave it, else the first picture of the page."""
    given = PICTURES.get(f"{page.section}/{page.slug}")
    own = first_picture(words["blocks"]) if words else None
    picture = find_illustration(given) if given else own
    return with_addresses(picture) if picture else None


def first_picture(blocks: Iterable[Any]) -> Picture | None:
    return next((block["picture"] for block in blocks if block.get("picture")), None)
