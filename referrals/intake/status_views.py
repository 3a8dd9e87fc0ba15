"""The pages behind the links of our mails: where an enquiry is, and no more mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.counting import count, seconds_left
from clinic_site.models import Clinic
from clinic_site.views import csrf_failure
from clinic_site.web.addresses import client_address
from referrals.access_log import Action, note_link_if_possible
from referrals.intake import status
from referrals.intake.cross_site import is_foreign
from referrals.mail import no_mail
from referrals.references import as_made
from referrals.retention.tombstones import link_was_erased

WRONG_LINKS_PER_HOUR = 60


@never_cache
@require_safe
def status_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where an enquiry is. A wrong, a revoked and a malformed link get the same answer; one whose
    enquiry was erased says so, and no more."""
    token = as_made(token)
    enquiry = status.enquiry_behind(token)
    if enquiry:
        if request.method == "GET":
            note_link_if_possible(reference=enquiry.reference, action=Action.STATUS_SEEN)
        response = show_status(request, status.public_status(enquiry)._replace(token=token))
    elif link_was_erased(token):
        response = show_erased(request)
    else:
        response = refuse(request)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def show_status(request: HttpRequest, public: status.PublicStatus) -> HttpResponse:
    context = {"status": public, "clinic": Clinic.with_rooms()}
    return render(request, "referrals/status.html", context)


def show_erased(request: HttpRequest) -> HttpResponse:
    """Neither what it was nor when or why it was erased: the link may be a stranger's by now."""
    context = {"clinic": Clinic.with_rooms()}
    response = render(request, "referrals/erased.html", context, status=410)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def refuse(request: HttpRequest) -> HttpResponse:
    """Guesses are counted by network address. A right link opens however many were wrong."""
    now = timezone.now()
    wrong = count(purpose="status", source=client_address(request), at=now)
    is_flood = wrong > WRONG_LINKS_PER_HOUR
    context = {"clinic": Clinic.with_rooms(), "is_flood": is_flood}
    response = render(
        request, "referrals/status_refused.html", context, status=429 if is_flood else 404
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if is_flood:
        response.headers["Retry-After"] = str(seconds_left(now))
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stop or allow mail to the address that a mail with this link went to.

    Opening it changes nothing, as programs follow the links of a mail. The token is the proof, so
    no cookie is asked for: whoever blocks them can press too.
    """
    if request.method == "POST" and is_foreign(request):
        return csrf_failure(request)
    digest = no_mail.digest_in(token)
    if not digest:
        raise Http404
    if request.method == "POST":
        if request.POST.get("mail") == "yes":
            no_mail.allow(digest=digest)
        else:
            no_mail.stop(digest=digest)
    context = {
        "is_stopped": no_mail.is_stopped(digest),
        "is_done": request.method == "POST",
        "clinic": Clinic.with_rooms(),
    }
    response = render(request, "referrals/no_mail.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
