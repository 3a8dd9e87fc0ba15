"""Pages of the site as a whole: health, errors, small files at fixed addresses."""

import logging
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from clinic_site.health import Health
from clinic_site.models import Clinic

SECURITY_TXT_STANDS = timedelta(days=180)

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, undelivered mail and the mail process: 200 when all are well, else 503."""
    results = [run_check(path) for path in settings.HEALTH_CHECKS]
    healthy = all(result.ok for result in results)
    body = {
        "status": "ok" if healthy else "unhealthy",
        "checks": {result.name: {"ok": result.ok, **result.detail} for result in results},
    }
    return JsonResponse(body, status=200 if healthy else 503)


def run_check(path: str) -> Health:
    try:
        return import_string(path)()
    except (DatabaseError, OSError) as error:
        return Health(path.rpartition(".")[2], ok=False, detail={"error": type(error).__name__})


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Pictures that staff uploaded; names change with their content."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


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
    private = ["/admin/", "/received/", "/status/", "/search/", "/styleguide/"]
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
    try:
        clinic = Clinic.with_rooms()
    except DatabaseError:
        clinic = Clinic.last_known()
    html = render_to_string(template, {"clinic": clinic, "is_error": True, **context})
    response = HttpResponse(html, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        return error_page(request, status=413, template="errors/413.html", limit=limit)
    return error_page(request, status=400, template="errors/400.html")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, status=403, template="errors/403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, status=403, template="errors/csrf.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, status=404, template="errors/404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, status=500, template="errors/500.html")


def database_is_down(request: HttpRequest) -> HttpResponse:
    response = error_page(request, status=503, template="errors/503.html")
    response.headers["Retry-After"] = "30"
    return response
