"""The part of a page that is current whenever it is read: filled in at the end."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def today(context: Any, name: str) -> str:
    """Like `include`, for a template that shows facts of today; while a page is prepared, the
    place is left open (`conditions/prepared/`)."""
    holes = context.get("preparing")
    if holes:
        return str(holes.leave(name))
    return str(context.template.engine.get_template(name).render(context))
