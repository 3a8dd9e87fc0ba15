"""Pages of the site as a whole: health, errors, small files at fixed addresses."""

import logging
import sys
from datetime import timedelta
from mimetypes import guess_type
from posixpath import normpath
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from clinic_site.health import as_facts, findings, is_ready, is_well
from clinic_site.logs.access_lines import number_of
from clinic_site.models import Clinic
from clinic_site.operations.watching.probes import has_token, refused, sent_token
from clinic_site.staff.sign_in_log import Kind, note_refusal
from clinic_site.storing.away import StoreAway
from clinic_site.web.headers import UPLOAD_POLICY

SECURITY_TXT_STANDS = timedelta(days=180)

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Well or unwell, and nothing more: what is wrong is for staff, the operator and whoever has
    the token."""
    if not sent_token(request):
        return well(is_well())
    if not has_token(request):
        return refused()
    facts = as_facts(findings())
    return JsonResponse(facts, status=200 if facts["status"] == "ok" else 503)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process may get visitors: its database answers and is migrated."""
    return well(is_ready())


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """This process answers. Asks nobody."""
    return well(True)


def well(ok: bool) -> JsonResponse:
    return JsonResponse({"status": "ok" if ok else "unhealthy"}, status=200 if ok else 503)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Pictures that staff uploaded; names change with their content."""
    try:
        response = stored_picture(request, path)
    except StoreAway:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    except OSError:  # a name longer than any file's, for example
        raise Http404 from None
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = UPLOAD_POLICY
    return response


def stored_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """From the folder, or from the store by its plain name. OSError where it is not there."""
    if isinstance(default_storage, FileSystemStorage):
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if normpath(f"/{path}") != f"/{path}" or "\\" in path:
        raise Http404
    kind = guess_type(path)[0] or "application/octet-stream"
    with default_storage.open(path) as file:
        return HttpResponse(file.read(), content_type=kind)


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The clinic's two colours, as a style sheet of their own (inline styles are not allowed)."""
    clinic = Clinic.current()
    css = (
        f":root{{--brand:{clinic.brand_colour};--brand-dark:{clinic.brand_colour_dark}}}"
        "@media print{:root{--brand:#000;--brand-dark:#000}}"
    )
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    private = ["/admin/", "/received/", "/status/", "/answer/", "/no-mail/", "/search/"]
    private.append("/styleguide/")
    lines = ["User-agent: *", *[f"Disallow: {address}" for address in private]]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). It stands for half a year from the day it is read."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{quote(security_mail(), safe='@')}",
        f"Contact: {settings.SITE_URL}{reverse('referrals:contact')}",
        f"Expires: {today + SECURITY_TXT_STANDS:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
        f"Policy: {settings.SITE_URL}{reverse('security_policy')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_policy(request: HttpRequest) -> HttpResponse:
    """What we ask of those who look for weaknesses. It promises in the clinic's name only what
    an operator said yes to, by naming who reads such reports."""
    context = {
        "clinic": Clinic.current(),
        "contact": security_mail(),
        "is_promised": bool(settings.SECURITY_CONTACT),
    }
    text = render_to_string("security_policy.txt", context)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def security_mail() -> str:
    return settings.SECURITY_CONTACT or Clinic.current().email


def error_page(
    request: HttpRequest, *, status: int, template: str, **context: object
) -> HttpResponse:
    """An error page with the rooms' telephone number, from memory when the database is gone."""
    clinic: Clinic | None
    is_away = False
    try:
        clinic = Clinic.with_rooms()
    except AnyDatabaseError:
        clinic, is_away = Clinic.last_known(), True
    number = number_of(request) if status >= 500 else ""
    facts = {"clinic": clinic, "is_error": True, "is_away": is_away, "request_number": number}
    html = render_to_string(template, {**facts, **context})
    response = HttpResponse(html, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        return error_page(request, status=413, template="errors/413.html", limit=limit)
    return error_page(request, status=400, template="errors/400.html")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    note_denied(request)
    return error_page(request, status=403, template="errors/403.html")


def note_denied(request: HttpRequest) -> None:
    """Into the sign-in log: by the name of the page, as an address may hold what was typed."""
    user = getattr(request, "user", None)
    page = request.resolver_match.view_name if request.resolver_match else ""
    is_hers = request.path_info.startswith("/admin/") and user is not None and user.is_authenticated
    if is_hers and page != "staff_session":  # which a page asks by itself, with an old token too
        note_refusal(Kind.DENIED, user=user, detail=page.removeprefix("admin:"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    note_denied(request)
    return error_page(request, status=403, template="errors/csrf.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, status=404, template="errors/404.html", asked=request.path_info)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that goes away around a view, as in its session, ends here as well."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return database_is_down(request)
    return error_page(request, status=500, template="errors/500.html")


def database_is_down(request: HttpRequest) -> HttpResponse:
    response = error_page(request, status=503, template="errors/503.html")
    response.headers["Retry-After"] = "30"
    return response
