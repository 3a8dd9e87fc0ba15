"""Where a request came from, as far as it can be trusted."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The sender's network address: what our own proxy says, else who connected.

    Only the last entry of X-Forwarded-For is read, and only from a proxy in TRUSTED_PROXIES:
    entries before it are whatever the sender wrote.
    """
    connected = request.META.get("REMOTE_ADDR", "")
    is_proxy = connected in settings.TRUSTED_PROXIES or not connected
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if settings.TRUSTED_PROXIES and is_proxy and forwarded else connected
