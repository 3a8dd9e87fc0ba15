"""For whoever refers by pen or from another program: the form on paper, a letter to fill in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic_site.models import Clinic
from referrals.intake.own_letter import TYPES, letter_of
from referrals.intake.paper import paper_sheets


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The same questions for a pen, to fax or to post."""
    context = {"sheets": paper_sheets(), "clinic": Clinic.with_rooms()}
    return render(request, "referrals/paper.html", context)


@never_cache  # its addresses are those of today
@require_safe
def letter_template(request: HttpRequest, ending: str) -> HttpResponse:
    """The letter to fill in, addressed to this clinic."""
    if ending not in TYPES:
        raise Http404
    words = letter_of(Clinic.with_rooms(), ending)
    response = HttpResponse(words, content_type=TYPES[ending])
    response.headers["Content-Disposition"] = f'attachment; filename="referral-letter.{ending}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
