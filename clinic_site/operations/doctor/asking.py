"""A request to SITE_URL as a visitor's browser makes it: no proxy of this machine, no redirect
followed, nothing asked of any other host."""

import http.client
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 3  # for one step; who asks sets a limit on the whole
MOST = 64 * 1024  # bytes of an answer that are read


class Reply(NamedTuple):
    """`headers` by names in small letters; `body` at most its first 64 KB."""

    status: int
    headers: dict[str, str]
    body: bytes


def connection(*, seconds: float = SECONDS) -> http.client.HTTPConnection:
    """To the host of SITE_URL, at its port."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    if site.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, site.port, timeout=seconds, context=context)
    return http.client.HTTPConnection(host, site.port, timeout=seconds)


def ask(
    method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Reply:
    """Raises OSError (also where encryption fails) and HTTPException."""
    link = connection()
    sent = {"User-Agent": "clinic-doctor", "Connection": "close", **(headers or {})}
    try:
        # A proxy that takes no more says so first, and hangs up.
        with suppress(BrokenPipeError, ConnectionResetError):
            link.request(method, path, body=body or None, headers=sent)
        answer = link.getresponse()
        text = b""
        with suppress(OSError, http.client.HTTPException):
            text = answer.read(MOST)
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
    finally:
        link.close()
