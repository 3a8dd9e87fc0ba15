"""How the site is, for staff who look after it: what each check asks, and how to mend it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from clinic_site.health import findings, is_well

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
    }
    return TemplateResponse(request, "admin/health.html", context)


def health_panel(request: HttpRequest) -> str:
    if not request.user.has_perm(RIGHT):
        return ""
    return render_to_string("admin/panels/health.html", {"is_well": is_well()}, request=request)
