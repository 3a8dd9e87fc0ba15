"""What patients read. Every page is the same bytes for every visitor: no cookie, no session."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from clinic_site.models import Clinic
from conditions.models import Publication, Section
from conditions.rendering import render_body

readable_by_all = cache_control(public=True, max_age=60)


@require_safe
@readable_by_all
def home(request: HttpRequest) -> HttpResponse:
    clinic = Clinic.current()
    locations = clinic.locations.prefetch_related("hours") if clinic.pk else []
    context = {"clinic": clinic, "menu": Publication.objects.menu(), "locations": locations}
    return render(request, "conditions/home.html", context)


@require_safe
@readable_by_all
def section(request: HttpRequest, section: str) -> HttpResponse:
    pages = Publication.objects.menu()
    context = {
        "clinic": Clinic.current(),
        "heading": Section(section).label,
        "pages": [page for page in pages if page.section == section],
    }
    return render(request, "conditions/section.html", context)


@require_safe
@readable_by_all
def page(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    publication = Publication.objects.live().filter(section=section, slug=slug).first()
    if publication is None:
        raise Http404
    clinic = Clinic.current()
    body = render_body(publication.payload, emergency_number=clinic.emergency_number)
    context = {
        "clinic": clinic,
        "stage": publication.stage,
        "payload": publication.payload,
        "body": body,
        "section_name": Section(section).label,
        "published_at": publication.published_at,
    }
    return render(request, "conditions/page.html", context)
