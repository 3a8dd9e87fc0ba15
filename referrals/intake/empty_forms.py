"""An empty form, drawn once and then put together: only its key and its token are new each time.

What was drawn holds for as long as nothing that the page shows has changed. Where this process
keeps public pages too, it asks once a second whether they changed, and forms are as fresh as they
are. Else the facts are read at every request and compared; the minute is among them, as the page
says who answers now. Only what is true now is remembered: a page for each form and role, in each
process.
"""

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.models import Clinic
from clinic_site.page_cache.freshness import version_here
from referrals.files import storage
from referrals.greeting.roles import role_of
from referrals.intake.form_pages import draw_form
from referrals.intake.forms import PublicForm
from referrals.intake.referral_forms import doctors_to_choose
from referrals.references import new_form_key

TOKEN, KEY = b"csrfmiddlewaretoken", b"form_key"
FRESH = re.compile(rb'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"')

Parts = list[bytes]  # the page before, between and behind the token and the key


class Known(NamedTuple):
    facts: str
    pages: dict[tuple[type[PublicForm], str], Parts]


_known: list[Known] = [Known("", {})]


def draw_empty(request: HttpRequest, form: type[PublicForm]) -> HttpResponse:
    """The page of a form that nobody has filled in, the same as `draw_form` makes of it."""
    try:
        known = known_now()
    except Error:  # the site answers as it does to all pages while its database is away
        return draw_form(request, form())
    variant = (form, role_of(request).name)
    if parts := known.pages.get(variant):
        before, between, after = parts
        token, key = get_token(request).encode(), new_form_key().encode()
        return HttpResponse(b"".join([before, token, between, key, after]))
    response = draw_form(request, form())
    if response.status_code == 200 and (parts := parts_of(response.content)):
        known.pages[variant] = parts
    return response


def parts_of(page: bytes) -> Parts | None:
    """None where the page is not as expected: then it is drawn anew each time."""
    found = list(FRESH.finditer(page))
    if [match[1] for match in found] != [TOKEN, KEY]:
        return None
    if any(page.count(match[2]) != 1 for match in found):
        return None
    (start, end), (begin, stop) = (match.span(2) for match in found)
    return [page[:start], page[end:begin], page[stop:]]


def known_now() -> Known:
    """What was drawn from these very facts; all else is forgotten."""
    facts = facts_now()
    if _known[0].facts != facts:
        _known[0] = Known(facts, {})
    return _known[0]


def forget() -> None:
    _known[0] = Known("", {})


def facts_now() -> str:
    """Another text as soon as an empty form would say something else. Raises `django.db.Error`."""
    told = [settings.SITE_URL, settings.DEMO, settings.NOTIFY_DETAIL, storage.takes_files()]
    minute = timezone.now().replace(second=0, microsecond=0)
    version = version_here()
    return repr([told, minute, facts_read() if version is None else version])


def facts_read() -> list[Any]:
    """All that the pages of empty forms read, in three queries."""
    menu: Any = import_string(settings.MENU_NOW)
    clinic = {name: value for name, value in vars(Clinic.with_rooms()).items() if name != "_state"}
    return [clinic, menu(), doctors_to_choose()]
