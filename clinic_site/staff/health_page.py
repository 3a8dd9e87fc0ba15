"""How the site is, for staff who look after it: what each check asks, and how to mend it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from clinic_site.health import findings, is_well
from clinic_site.models import DoctorVisit

RIGHT = "clinic_site.view_clinic"


@require_safe
def health_page(request: HttpRequest) -> TemplateResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    found = findings()
    context = {
        **admin.site.each_context(request),
        "title": "How the site is",
        "unwell": [each for each in found if not each.ok],
        "well": [each for each in found if each.ok],
        "visit": last_visit(),
    }
    return TemplateResponse(request, "admin/health.html", context)


def last_visit() -> DoctorVisit | None:
    """What the daily look at the whole site found, at the time it says; None before the first."""
    try:
        return DoctorVisit.objects.exclude(at=None).first()
    except DatabaseError:  # the page says so already
        return None


def health_panel(request: HttpRequest) -> str:
    if not request.user.has_perm(RIGHT):
        return ""
    context = {"is_well": is_well(), "visit": last_visit()}
    return render_to_string("admin/panels/health.html", context, request=request)
