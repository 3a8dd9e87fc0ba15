"""Pages as PDF, for a ward's printer. The same bytes for every visitor, like the pages."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from clinic_site.models import Clinic
from clinic_site.page_cache.declaring import readable_by_all
from conditions.models import Publication
from conditions.payloads import UnknownPayload
from conditions.public.leaflets import leaflet_of, pdf_of
from conditions.public.views import gone, moved

logger = logging.getLogger(__name__)
SOON = "30"  # seconds


@require_safe
@readable_by_all
def leaflet(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """410 for a page that was withdrawn, the page's new address for one that has moved, and 503
    while it cannot be drawn."""
    at_address = Publication.objects.newest().filter(section=section, slug=slug)
    publication = at_address.with_review().order_by("-pk").first()
    if publication is None:
        return moved(section=section, slug=slug)
    if not publication.payload:
        return gone(request)
    try:
        found = leaflet_of(publication)
    except UnknownPayload as problem:
        logger.error("publication %s cannot be shown: %s", publication.pk, problem)
        return later(request)
    etag = f'"{found.name}"'
    if answer := get_conditional_response(request, etag=etag):
        return answer
    pdf = pdf_of(found)
    return later(request) if pdf is None else as_file(pdf, name=slug, etag=etag)


def as_file(pdf: bytes, *, name: str, etag: str) -> HttpResponse:
    """Opens in the browser, which prints or keeps it. Search engines are shown the page instead."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["ETag"] = etag
    return response


def later(request: HttpRequest) -> HttpResponse:
    context = {"clinic": Clinic.with_rooms(), "is_error": True}
    response = render(request, "errors/no_leaflet.html", context, status=503)
    response.headers["Retry-After"] = SOON
    response.headers["Cache-Control"] = "no-store"
    return response
