"""The status page of a referral, for whoever holds its link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic_site.counting import count, seconds_left
from clinic_site.models import Clinic
from clinic_site.web.addresses import client_address
from referrals.intake import status

WRONG_LINKS_PER_HOUR = 60


@never_cache
@require_safe
def status_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where a referral is. A wrong, a revoked and a malformed link get the same answer."""
    enquiry = status.referral_behind(token)
    response = show_status(request, status.public_status(enquiry)) if enquiry else refuse(request)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def show_status(request: HttpRequest, public: status.PublicStatus) -> HttpResponse:
    context = {"status": public, "clinic": Clinic.with_rooms()}
    return render(request, "referrals/status.html", context)


def refuse(request: HttpRequest) -> HttpResponse:
    """Guesses are counted by network address. A right link opens however many were wrong."""
    now = timezone.now()
    wrong = count(purpose="status", source=client_address(request), at=now)
    is_flood = wrong > WRONG_LINKS_PER_HOUR
    context = {"clinic": Clinic.with_rooms(), "is_flood": is_flood}
    response = render(
        request, "referrals/status_refused.html", context, status=429 if is_flood else 404
    )
    if is_flood:
        response.headers["Retry-After"] = str(seconds_left(now))
    return response
