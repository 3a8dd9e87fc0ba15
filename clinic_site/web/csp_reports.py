"""Takes what browsers report of things they refused, and keeps no word about the reader.

Anybody can send anything here: it is small, counted for all together, and at most `ROWS` are kept.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clinic_site.counting import count, counted
from clinic_site.models import CspReport

BODY_LIMIT = 10_000  # bytes
AT_ONCE = 20  # browsers may send several together
AN_HOUR = 300  # of all readers together
ROWS = 500
FORGOTTEN_AFTER = timedelta(days=30)  # where the rows are full
LINES = 1_000_000
DIRECTIVE = re.compile(r"[a-z-]{3,30}")
HOST = re.compile(r"[a-z0-9.-]{1,100}")
EXTENSIONS = re.compile(r"[a-z-]{0,40}extension")
Blocked = CspReport.Blocked
KEYWORDS = {
    "inline": Blocked.INLINE,
    "eval": Blocked.EVAL,
    "wasm-eval": Blocked.EVAL,
    "data": Blocked.DATA,
    "blob": Blocked.DATA,
    "self": Blocked.INLINE,  # an older browser's word for it
}


@csrf_exempt
@never_cache
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """204 for all that could be read, also where it is not kept."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdecimal() or len(length) > 6:
        return HttpResponse(status=400)
    if int(length) > BODY_LIMIT:
        return HttpResponse(status=413)
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    at = timezone.now()
    for report in list(reports_in(sent))[:AT_ONCE]:
        facts = facts_of(report, our_host=request.get_host())
        if facts and has_room_this_hour(at):
            keep(facts, at=at)
    return HttpResponse(status=204)


def reports_in(sent: Any) -> Iterator[dict[str, Any]]:
    """The older form is one object, the newer one a list; both with the names of the newer."""
    if isinstance(sent, dict) and isinstance(old := sent.get("csp-report"), dict):
        yield {
            "documentURL": old.get("document-uri"),
            "effectiveDirective": old.get("effective-directive") or old.get("violated-directive"),
            "blockedURL": old.get("blocked-uri"),
            "sourceFile": old.get("source-file"),
            "lineNumber": old.get("line-number"),
        }
    for each in sent if isinstance(sent, list) else []:
        if isinstance(each, dict) and each.get("type") == "csp-violation":
            body = each.get("body")
            if isinstance(body, dict):
                yield body


def facts_of(report: dict[str, Any], *, our_host: str) -> dict[str, Any] | None:
    """The columns of a row; None for a report about a page that is not ours."""
    document = split(report.get("documentURL"))
    directive = str(report.get("effectiveDirective") or "").split(" ")[0]
    if document.netloc != our_host or not DIRECTIVE.fullmatch(directive):
        return None
    blocked, host = blocked_thing(report.get("blockedURL"), our_host)
    file = our_file(report.get("sourceFile"), our_host)
    line = report.get("lineNumber")
    is_line = bool(file) and type(line) is int and 0 < line < LINES
    return {
        "directive": directive,
        "blocked": blocked,
        "host": host,
        "page": page_name(document.path),
        "file": file,
        "line": line if is_line else 0,
    }


def split(address: Any) -> SplitResult:
    try:
        return urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return urlsplit("")


def blocked_thing(address: Any, our_host: str) -> tuple[str, str]:
    """What kind of thing, and its host if it came from elsewhere."""
    parts = split(address)
    word = parts.scheme or str(address or "").lower()
    if word in KEYWORDS:
        return KEYWORDS[word], ""
    if EXTENSIONS.fullmatch(word):
        return Blocked.EXTENSION, ""
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return Blocked.OTHER, ""
    if parts.netloc == our_host:
        return Blocked.OURS, ""
    host = (parts.hostname or "").lower()
    return (Blocked.ELSEWHERE, host) if HOST.fullmatch(host) else (Blocked.OTHER, "")


def our_file(address: Any, our_host: str) -> str:
    """The path of a static file of ours, which is the same for everybody; else nothing."""
    parts = split(address)
    is_ours = parts.netloc == our_host and parts.path.startswith(settings.STATIC_URL)
    is_plain = re.fullmatch(r"[A-Za-z0-9/._-]{1,120}", parts.path)
    return parts.path if is_ours and is_plain else ""


def page_name(path: str) -> str:
    """Of the address, so that no token and no number of a patient's row is kept."""
    try:
        return resolve(path).view_name[:80]
    except Resolver404:
        return ""


def has_room_this_hour(at: datetime) -> bool:
    """Reads before it counts, so that a flood writes nothing."""
    one = {"purpose": "csp reports", "source": "all", "at": at}
    return counted(**one) < AN_HOUR and count(**one) <= AN_HOUR  # type: ignore[arg-type]


def keep(facts: dict[str, Any], *, at: datetime) -> None:
    """One more of its kind. A new kind is kept while there is room."""
    rows = CspReport.objects.filter(**facts)
    if rows.update(number=F("number") + 1, last_at=at):
        return
    if CspReport.objects.count() >= ROWS:
        CspReport.objects.filter(last_at__lt=at - FORGOTTEN_AFTER).delete()
        if CspReport.objects.count() >= ROWS:
            return
    try:
        with transaction.atomic():
            CspReport.objects.create(**facts, first_at=at, last_at=at)
    except IntegrityError:  # another process was faster
        rows.update(number=F("number") + 1, last_at=at)
