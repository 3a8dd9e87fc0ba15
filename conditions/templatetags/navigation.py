"""The menu that every page shows, from what is published."""

from typing import Any

from django import template

from conditions.models import Publication

register = template.Library()


@register.inclusion_tag("components/journey.html")
def journey(current: str = "") -> dict[str, Any]:
    """Each stage that has a page, linked to its first page: one query."""
    pages = list(Publication.objects.menu())
    first: dict[str, Publication] = {}
    for page in pages:
        if page.stage:
            first.setdefault(page.stage, page)
    stages = [
        {"label": name, "url": first[slug].get_absolute_url(), "current": slug == current}
        for slug, name in stage_names(pages)
        if slug in first
    ]
    return {"stages": stages}


def stage_names(pages: list[Any]) -> list[tuple[str, str]]:
    """Slug and name of the stages, as the home page published them; else as pages name them."""
    for page in pages:
        if page.home_payload:
            return [(stage["slug"], stage["name"]) for stage in page.home_payload["stages"]]
    slugs = dict.fromkeys(page.stage for page in pages if page.stage)
    return [(slug, slug.replace("-", " ").capitalize()) for slug in slugs]


@register.simple_tag
def pages_in(*sections: str) -> list[Publication]:
    """The live pages of some sections, in the order of menus."""
    return [page for page in Publication.objects.menu() if page.section in sections]


@register.simple_tag
def locations_of(clinic: Any) -> list[Any]:
    return list(clinic.locations.prefetch_related("hours")) if clinic.pk else []
