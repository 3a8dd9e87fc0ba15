from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from benchmarks.ordinary.models import FooterLink, MenuSection, Page, Site


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Eight queries: site, two for the menu, footer, page, reviewer, two for the blocks."""
    found = get_object_or_404(Page, slug=slug)
    context = {
        "site": Site.objects.first(),
        "menu": MenuSection.objects.order_by("ordering").prefetch_related("pages"),
        "footer": FooterLink.objects.order_by("ordering"),
        "page": found,
        "blocks": found.blocks.order_by("ordering").prefetch_related("items"),
    }
    return render(request, "ordinary/page.html", context)
