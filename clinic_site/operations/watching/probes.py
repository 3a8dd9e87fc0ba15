"""What machines ask the site: probes of a load balancer, a monitor with its token."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from clinic_site.running.watching_settings import PROBES

PROBE_PATHS = {f"/{name}" for name in PROBES}


def take_probes_by_any_name(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A load balancer asks by address, a monitor beside us as localhost: their answers name no
    host, so it need not be one of ALLOWED_HOSTS."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBE_PATHS:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return get_response(request)

    return middleware


def has_token(request: HttpRequest) -> bool:
    """Whether WATCH_TOKEN stands in the header. An address is kept in logs and histories, so there
    it counts for nothing."""
    wanted = settings.WATCH_TOKEN
    return bool(wanted) and constant_time_compare(sent_token(request), wanted)


def sent_token(request: HttpRequest) -> str:
    """Of `Authorization: Bearer …`; empty where there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""


def refused() -> HttpResponse:
    response = HttpResponse("Wrong token.\n", status=401, content_type="text/plain; charset=utf-8")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
