"""The guide on the staff site. It opens without a code: who has lost her phone needs it most.

Nothing of a clinic stands in it: its words and pictures come with the software.
"""

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from clinic_site.guide.text import guide


@require_safe
def guide_page(request: HttpRequest) -> TemplateResponse:
    try:
        found = guide()
    except FileNotFoundError as gone:
        raise Http404("docs/staff-guide.md is not on this server") from gone
    context = {**admin.site.each_context(request), "title": found.title, "guide": found}
    return TemplateResponse(request, "admin/guide.html", context)
