"""What the head of a page says to search engines and to those who share its address."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from conditions.models import Section, address_of
from conditions.public.sharing import SharedPicture, shared_picture
from conditions.public.structured import Crumb, graph
from conditions.rendering import as_json
from conditions.showing import visit_page

register = template.Library()

# Pages without a payload that may be found. Receipts and the like are never named here.
PUBLIC_VIEWS = {"conditions:section", "conditions:recovery", "referrals:contact", "referrals:refer"}


@register.simple_tag(takes_context=True)
def canonical_address(context: Context) -> str:
    """The one address of a public page, without a query; empty for all others."""
    payload, request = context.get("payload"), context.get("request")
    if payload:
        return settings.SITE_URL + address_of(payload["section"], payload["slug"])
    match = getattr(request, "resolver_match", None)
    if match and match.view_name in PUBLIC_VIEWS:
        return settings.SITE_URL + reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return ""


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> str:
    """The JSON-LD of a published page: the same for its preview, as it is made of its payload."""
    payload, clinic = context["payload"], context["clinic"]
    return as_json(
        graph(
            payload,
            about=context["about"],
            site_url=settings.SITE_URL,
            crumbs=crumbs_to(payload),
            clinic=clinic,
            review=context["review"],
            published_at=context["published_at"],
            locations=clinic.rooms if names_rooms(payload) else (),
        )
    )


def names_rooms(payload: dict[str, Any]) -> bool:
    """Whether the page shows all facts of the rooms: machines are told where people are."""
    shown_on = {(Section.SITE, "home"), (visit_page.SECTION, visit_page.SLUG)}
    return (payload["section"], payload["slug"]) in shown_on


@register.simple_tag(takes_context=True)
def picture_to_share(context: Context) -> SharedPicture | None:
    """What a message shows beside the address of this page."""
    payload = context.get("payload")
    return shared_picture(payload["blocks"] if payload else [])


def crumbs_to(payload: dict[str, Any]) -> list[Crumb]:
    section, slug = payload["section"], payload["slug"]
    crumbs = [("Home", reverse("conditions:home"))]
    if section != Section.SITE:
        crumbs.append((Section(section).label, reverse("conditions:section", args=[section])))
    if slug != "home":
        crumbs.append((payload["menu_title"], address_of(section, slug)))
    return crumbs
