"""The menu that every page shows, from what is published."""

from typing import Any

from django import template

from conditions.models import Publication, Stage

register = template.Library()


@register.inclusion_tag("components/journey.html")
def journey(current: str = "") -> dict[str, Any]:
    """Each stage that has a page, linked to its first page: one query."""
    stages: dict[str, Publication] = {}
    for page in Publication.objects.menu():
        stages.setdefault(page.stage, page)
    return {
        "stages": [
            {
                "label": Stage(value).label,
                "url": page.get_absolute_url(),
                "current": value == current,
            }
            for value, page in stages.items()
        ]
    }
