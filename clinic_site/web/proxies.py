"""A proxy in front of the site that TRUSTED_PROXIES does not name: said, before it does harm.

Without it the site believes neither that a visitor came by https, so that every page leads back to
itself for ever, nor who the visitor is, so that all of them count as one.
"""

import logging
import time
from contextlib import suppress

from django.conf import settings
from django.core.cache import cache
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from clinic_site.operations.watching.probes import PROBE_PATHS
from clinic_site.views import error_page
from clinic_site.web.addresses import forgotten_proxies, is_inner, is_trusted, way_here
from clinic_site.web.middleware import GetResponse

logger = logging.getLogger(__name__)
SEEN = "forgotten-proxy"  # in the cache, so that every process knows of it
SEEN_FOR_SECONDS = 60 * 60
NOTED_EACH_SECONDS = 60
SAYS_HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on"}

# What the layers behind this one would have added.
LOCKED_DOWN = {
    "Content-Security-Policy": "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Noted:
    """What this process has told already."""

    is_logged = False
    next_at = 0.0


def tell_of_forgotten_proxies(get_response: GetResponse) -> GetResponse:
    """Stands in front of Django's SecurityMiddleware, which leads to https."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SITE_IS_LOOPBACK or not request.META.get("REMOTE_ADDR"):
            return get_response(request)
        way = way_here(request)
        is_lost = would_go_in_circles(request)
        if forgotten := forgotten_proxies(way):
            note(str(forgotten[0]))
        elif is_lost:
            note(str(way[0]) if way and is_inner(way[0]) else "")
        return not_set_up(request) if is_lost else get_response(request)

    return middleware


def would_go_in_circles(request: HttpRequest) -> bool:
    """Whether the browser came by https already and only we do not believe it."""
    if not settings.SITE_IS_HTTPS or request.is_secure() or request.path in PROBE_PATHS:
        return False
    says_so = any(request.headers.get(name) == value for name, value in SAYS_HTTPS.items())
    way = way_here(request)
    return says_so and not (way and is_trusted(way[0]))


def not_set_up(request: HttpRequest) -> HttpResponse:
    """A page that ends, with the telephone number of the rooms, instead of a circle."""
    response = error_page(request, status=503, template="errors/503.html")
    response.headers["Retry-After"] = "300"
    for name, value in LOCKED_DOWN.items():
        response.headers[name] = value
    return response


def note(address: str) -> None:
    """Tell whoever looks after the site. `address` is empty where it may be a visitor's own."""
    if not Noted.is_logged:
        Noted.is_logged = True
        named = f"the proxy {address}" if address else "a proxy"
        logger.error(
            "TRUSTED_PROXIES does not name %s: nobody can be told apart, and https is not seen."
            " Add its address and start the site again.",
            named,
        )
    if address and time.monotonic() >= Noted.next_at:
        Noted.next_at = time.monotonic() + NOTED_EACH_SECONDS
        with suppress(AnyDatabaseError):
            cache.set(SEEN, address, SEEN_FOR_SECONDS)


def forgotten() -> str:
    """The address of a proxy that was seen in the last hour and is still not trusted; or empty."""
    return str(cache.get(SEEN) or "")


def panel(request: HttpRequest) -> str:
    """On the front page of the staff site, only while something is to be mended."""
    address = forgotten()
    if not address:
        return ""
    return render_to_string("admin/panels/proxy.html", {"address": address}, request=request)
