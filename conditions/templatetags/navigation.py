"""The menu that every page shows, from what is published."""

from itertools import groupby
from typing import Any, NamedTuple

from django import template
from django.db import Error as AnyDatabaseError

from conditions.models import Publication
from conditions.prepared import menu
from conditions.showing.likely import Likely, likely_pages

register = template.Library()
register.simple_tag(menu.stages_of)

_last_known: list[Publication] = []


class Neighbour(NamedTuple):
    """The page before or after one on the journey; `stage` is named where it is another."""

    page: Publication
    stage: str


class Neighbours(NamedTuple):
    before: Neighbour | None
    after: Neighbour | None


@register.simple_tag
def live_pages() -> list[Publication]:
    """All pages that are live, without their text, in the order of menus."""
    pages = menu.live_pages()
    _last_known[:] = pages
    return pages


def live_keys() -> list[int]:
    """What the menu is made of, as rows never change: other keys, another menu."""
    return list(Publication.objects.live().values_list("pk", flat=True))


@register.simple_tag
def pages_at_hand(is_away: bool) -> list[Publication]:
    """The menu of an error page: as this process last read it while the database is away."""
    if is_away:
        return list(_last_known)
    try:
        return live_pages()
    except AnyDatabaseError:
        return list(_last_known)


@register.simple_tag
def likely_here(pages: list[Any] | None, asked: str | None) -> list[Likely]:
    """What an address that is none may have meant, on the page that says so."""
    return likely_pages(pages or [], asked or "")


@register.filter
def called(pages: list[Any], slug: str) -> Any:
    """The live page of that name, so that a template can lead to it only where it is."""
    return next((page for page in pages or [] if page.slug == slug), None)


@register.simple_tag
def neighbours(stages: list[menu.StageOfMenu], section: str, slug: str) -> Neighbours:
    """What comes before and after a page on the journey."""
    way = [(page, stage.name) for stage in stages or [] for page in stage.pages]
    places = [(page.section, page.slug) for page, _ in way]
    if (section, slug) not in places:
        return Neighbours(None, None)
    here = places.index((section, slug))

    def at(place: int) -> Neighbour | None:
        if not 0 <= place < len(way):
            return None
        page, stage = way[place]
        return Neighbour(page, stage if stage != way[here][1] else "")

    return Neighbours(at(here - 1), at(here + 1))


@register.filter
def by_letter(terms: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The words of a glossary under their first letters."""

    def letter(term: dict[str, Any]) -> str:
        return term["term"][:1].upper()

    return [(key, list(group)) for key, group in groupby(sorted(terms, key=letter), letter)]
