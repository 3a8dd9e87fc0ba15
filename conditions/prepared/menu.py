"""The pages that are live, as this process read them within the last second, and since it heard of
the last change."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from clinic_site.page_cache.freshness import version_heard_of
from conditions.models import Publication, menu_now
from conditions.payloads import readable
from conditions.showing.what_is_live import what_is_live

FRESH = timedelta(seconds=1)


class Menu(NamedTuple):
    """`told` is what the database said is live, in few numbers."""

    read_at: datetime
    version: int | None
    told: list[object]
    pages: list[Publication]
    keys: tuple[int, ...]


class StageOfMenu(NamedTuple):
    """A stage of the journey and its live pages, never empty."""

    slug: str
    name: str
    pages: list[Publication]


_last: list[Menu] = []


def live_pages() -> list[Publication]:
    """All pages that are live, without their text, in the order of menus: one quick question a
    second, and the pages themselves only where others are live.

    What this process publishes shows at once, what others publish within the second. A page that
    is kept because its version is new must not be made with the menu of the version before.
    """
    now, version = timezone.now(), version_heard_of()
    for menu in _last:
        if menu.version == version and timedelta(0) <= now - menu.read_at < FRESH:
            return menu.pages
    is_final = not transaction.get_connection().in_atomic_block  # what may be undone is no menu
    told = what_is_live() if _last or is_final else []
    for menu in _last:
        if menu.told == told:
            _last[:] = [menu._replace(read_at=now, version=version)]
            return menu.pages
    pages = menu_now()
    if is_final:
        _last[:] = [Menu(now, version, told, pages, keys(pages))]
    return pages


def keys_of(pages: list[Publication]) -> tuple[int, ...]:
    """Of the pages of a menu; the same object for the same ones, so that they compare at once."""
    return next((menu.keys for menu in _last if menu.pages is pages), None) or keys(pages)


def keys(pages: list[Publication]) -> tuple[int, ...]:
    return tuple(page.pk for page in pages)


def forget() -> None:
    """Now, and once more when what changed it is there for all to see."""
    _last.clear()
    transaction.on_commit(_last.clear)


def stages_of(pages: list[Any]) -> list[StageOfMenu]:
    """The stages that have a page, in the order that the home page published."""
    stages = [
        StageOfMenu(slug, name, [page for page in pages if page.stage == slug])
        for slug, name in stage_names(pages)
    ]
    return [stage for stage in stages if stage.pages]


def stage_names(pages: list[Any]) -> list[tuple[str, str]]:
    """Slug and name of the stages, as the home page published them; else as pages name them."""
    for page in pages:
        if home := readable(page.home_payload):
            return [(stage["slug"], stage["name"]) for stage in home.get("stages", [])]
    slugs = dict.fromkeys(page.stage for page in pages if page.stage)
    return [(slug, slug.replace("-", " ").capitalize()) for slug in slugs]
