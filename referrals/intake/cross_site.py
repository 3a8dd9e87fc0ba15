"""Did one of our own pages send this form? Asked with the cookie, and where there is none.

Nobody is signed in on the public forms: a forged post could only do what its author can do
without a browser. So where cookies are blocked, the word of the browser on where a form came from
stands in for them (docs/decisions/017).
"""

from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from referrals.references import read_form_key


class Source(Enum):
    OURS = "ours"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"  # no cookie, and a browser that does not say: perhaps a stranger's frame


def source_of(request: HttpRequest) -> Source:
    """Where a posted form came from. Reads the body, so limits on it are asked before."""
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    if check.process_view(request, None, (), {}) is None:  # type: ignore[arg-type]
        return Source.OURS
    if is_foreign(request):
        return Source.FOREIGN
    is_our_form = read_form_key(request.POST.get("form_key", "")) is not None
    return Source.OURS if is_our_form and is_same_origin(request) else Source.UNKNOWN


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another site made it send this."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return True
    source = request.headers.get("Origin") or request.headers.get("Referer") or "null"
    ours = {host_of(origin) for origin in our_origins(request)}
    return source != "null" and host_of(source) not in ours


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says, in headers that no page can write, that our page sent this."""
    origin = request.headers.get("Origin", "null")
    if origin != "null":
        return origin.lower() in our_origins(request)
    return is_from_our_page(request)


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether a page of ours led here: no link in a mail, no other site, no address typed in."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def our_origins(request: HttpRequest) -> set[str]:
    """As browsers write them: `https://clinic.example`, with the port where it is no usual one."""
    site = urlsplit(settings.SITE_URL)
    return {
        f"{request.scheme}://{request.get_host()}".lower(),
        f"{site.scheme}://{site.netloc}".lower(),
    }


def host_of(address: str) -> str:
    """Host and port; empty for what is no address, such as `http://[`."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
