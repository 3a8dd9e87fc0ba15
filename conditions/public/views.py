"""What patients read. Every page is the same bytes for every visitor: no cookie, no session."""

import logging

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic_site.models import Clinic
from clinic_site.page_cache.declaring import readable_by_all
from conditions.blocks.kind import Chosen
from conditions.illustrations import find_illustration, illustration_names
from conditions.models import Publication, Section, publication_at
from conditions.payloads import UnknownPayload
from conditions.prepared.bodies import render_body
from conditions.prepared.making import template_of
from conditions.public.filling import filled_page
from conditions.public.presenting import page_context
from conditions.public.section_pages import groups_of
from conditions.public.sitemaps import LivePages
from conditions.public.specimens import page_of_specimens, specimens
from conditions.rendering import with_addresses
from conditions.search.together import cards_and_pages
from conditions.search.wording import LONGEST_QUERY

logger = logging.getLogger(__name__)


@require_safe
@readable_by_all
def home(request: HttpRequest) -> HttpResponse:
    return show_page(request, section=Section.SITE, slug="home")


@require_safe
@readable_by_all
def team(request: HttpRequest) -> HttpResponse:
    return show_page(request, section=Section.SITE, slug="team")


@require_safe
@readable_by_all
def glossary(request: HttpRequest) -> HttpResponse:
    return show_page(request, section=Section.SITE, slug="glossary")


@require_safe
@readable_by_all
def page(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    return show_page(request, section=section, slug=slug)


@require_safe
@readable_by_all
def sources(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """The sources of a page in full; a page with many names them in short, to stay light."""
    return show_page(request, section=section, slug=slug, template="conditions/sources.html")


def show_page(request: HttpRequest, *, section: str, slug: str, template: str = "") -> HttpResponse:
    """The page at an address; 410 when it was withdrawn, its new address when it has moved."""
    chosen = Chosen(request.GET.getlist("option"), request.GET.getlist("matters"))
    publication = publication_at(section=section, slug=slug, with_payload=any(chosen))
    if publication is None:
        return moved(section=section, slug=slug)
    clinic, template = Clinic.with_rooms(), template or template_of(publication)
    try:
        if page := filled_page(publication, clinic, template=template, chosen=chosen):
            return HttpResponse(page)
        if not publication.payload:
            return gone(request)
        context = page_context(publication, clinic=clinic, chosen=chosen)
    except UnknownPayload as problem:
        logger.error("publication %s cannot be shown: %s", publication.pk, problem)
        return render(
            request,
            "errors/500.html",
            {"clinic": Clinic.with_rooms(), "is_error": True},
            status=500,
        )
    return render(request, template, context)


def moved(*, section: str, slug: str) -> HttpResponse:
    """Lead from an address that a page once had to the one it has now."""
    now = timezone.now()
    earlier = Publication.objects.filter(section=section, slug=slug, live_from__lte=now).first()
    today = earlier and Publication.objects.live(now).filter(page_id=earlier.page_id).first()
    if not today:
        raise Http404
    return HttpResponsePermanentRedirect(today.get_absolute_url())


def gone(request: HttpRequest) -> HttpResponse:
    return render(
        request, "errors/410.html", {"clinic": Clinic.with_rooms(), "is_error": True}, status=410
    )


@require_safe
@readable_by_all
def section(request: HttpRequest, section: str) -> HttpResponse:
    heading, groups = Section(section).label, groups_of(section)
    context = {
        "clinic": Clinic.with_rooms(),
        "heading": heading,
        "description": f"{heading}: {', '.join(page.name for g in groups for page in g.pages)}",
        "groups": groups,
    }
    return render(request, "conditions/section.html", context)


@require_safe
@readable_by_all
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_of(request, {"pages": LivePages}, template_name="conditions/sitemap.xml")


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """What a person asks may be personal: nobody keeps the answer or logs the question."""
    query = request.GET.get("q", "").replace("\0", "")
    clinic = Clinic.with_rooms()
    as_typed = request.GET.get("as") == "typed"
    direct, answer = cards_and_pages(query, clinic, as_typed=as_typed)
    context = {
        "clinic": clinic,
        "query": query[:LONGEST_QUERY].strip(),
        "answer": answer,
        "direct": direct,
        "is_alone": any(one.alone for one in direct),
        "is_urgent": not as_typed and any(one.is_emergency for one in direct),
    }
    return render(request, "conditions/search.html", context)


@require_safe
@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in its states and every drawing: for staff and DEBUG only."""
    if not settings.DEBUG and not admin.site.has_permission(request):
        raise Http404
    clinic = Clinic.with_rooms()
    pictures = [find_illustration(name) for name in illustration_names()]
    scheme = request.GET.get("scheme")
    context = {
        **specimens(),
        "clinic": clinic,
        "body": render_body(page_of_specimens(), emergency_number=clinic.emergency_number),
        "scheme": scheme if scheme in {"light", "dark"} else "",
        "schemes": [("light", "Light"), ("dark", "Dark"), ("print", "In print")],
        "drawings": [with_addresses(picture) for picture in pictures if picture],
    }
    return render(request, "styleguide.html", context)
