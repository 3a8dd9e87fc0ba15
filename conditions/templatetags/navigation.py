"""The menu that every page shows, from what is published."""

from typing import Any, NamedTuple

from django import template
from django.db.models import prefetch_related_objects

from conditions.models import Publication

register = template.Library()


class StageOfMenu(NamedTuple):
    """A stage of the journey and its live pages, never empty."""

    slug: str
    name: str
    pages: list[Publication]


@register.simple_tag
def journey_stages() -> list[StageOfMenu]:
    """The stages that have a page, in the order that the home page published: one query."""
    pages = list(Publication.objects.menu())
    stages = [
        StageOfMenu(slug, name, [page for page in pages if page.stage == slug])
        for slug, name in stage_names(pages)
    ]
    return [stage for stage in stages if stage.pages]


def stage_names(pages: list[Any]) -> list[tuple[str, str]]:
    """Slug and name of the stages, as the home page published them; else as pages name them."""
    for page in pages:
        if page.home_payload:
            return [(stage["slug"], stage["name"]) for stage in page.home_payload["stages"]]
    slugs = dict.fromkeys(page.stage for page in pages if page.stage)
    return [(slug, slug.replace("-", " ").capitalize()) for slug in slugs]


@register.simple_tag
def locations_of(clinic: Any) -> list[Any]:
    """Read once for a clinic, however often a page asks."""
    if not clinic.pk:
        return []
    prefetch_related_objects([clinic], "locations__hours")
    return list(clinic.locations.all())
