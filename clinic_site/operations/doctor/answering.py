"""The address that the doctor asks from outside: it takes a body as large as a letter, keeps
nothing of it, and says how the request arrived. Who has no fresh word of ours gets a 404.

It lies below /refer/, as a proxy may have other limits for that than for all else.
"""

import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from clinic_site.web.addresses import is_trusted, parse_address

HEADER = "X-Clinic-Doctor"
ASKED, ANSWERED = "doctor asks", "doctor is answered"
FRESH_SECONDS = 600
CHUNK = 256 * 1024


@csrf_exempt
@never_cache
def doctor_address(request: HttpRequest) -> JsonResponse:
    """For whoever knows SECRET_KEY: what arrived, with a proof that it is this very site."""
    try:
        asked = signing.loads(request.headers.get(HEADER, ""), salt=ASKED, max_age=FRESH_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    size = 0
    while chunk := request.read(CHUNK):
        size += len(chunk)
    return JsonResponse({"proof": signing.dumps([asked, arrived(request, size)], salt=ANSWERED)})


def arrived(request: HttpRequest, size: int) -> dict[str, Any]:
    """How the request came, as the site sees it."""
    nearest = parse_address(request.META.get("REMOTE_ADDR", ""))
    by_proxy = nearest is not None and is_trusted(nearest)
    return {
        "bytes": size,
        "https": request.is_secure(),
        "host": request.get_host(),
        "by_proxy": by_proxy,
        "visitor_is_told": bool(request.headers.get("X-Forwarded-For")),
    }


def question() -> tuple[str, dict[str, str]]:
    """A word that nobody used before, and the header that carries it."""
    word = secrets.token_urlsafe(12)
    return word, {HEADER: signing.dumps(word, salt=ASKED)}


def read_answer(text: Any, word: str) -> dict[str, Any] | None:
    """How it arrived; None where whoever answered is not this site."""
    try:
        asked, facts = signing.loads(str(text), salt=ANSWERED, max_age=FRESH_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return facts if asked == word else None
