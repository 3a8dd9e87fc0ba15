"""What somebody sent after her session had ended: kept for her alone, until she sends it again.

Kept is only what people type much into (`KEPT_FROM`), never what grants rights, changes settings
or deletes. It passed the check against forged requests, came with the key of a session that had
password and code until its time was over, and from a browser in which that person had signed in
before. Only that browser shows it again. So a cookie that was copied leaves nothing for her to
send: whoever has it chooses his own token. Files and passwords are never kept.
"""

import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from clinic_site.models import KeptForm, StaffSession
from clinic_site.running.session_settings import FORMS_KEPT
from clinic_site.sign_in.places import Place
from clinic_site.staff.sign_in_log import Kind, note_refusal
from clinic_site.web.browsers import described

MOST_CHARACTERS = 2_000_000  # names and values of one form: a page of the editor has 100,000
MOST_FORMS = 5  # of one person; one more is refused, so nothing pushes out what is hers
KEPT_FROM = re.compile(
    r"admin:(conditions_\w+_(add|change)|referrals_(enquiry_(do|enter|enter_message|correct|note)|"
    r"patientrequest_(add|do)))"
)
ABOUT_SIGN_IN = "/admin/account/"
SENT_AGAIN = "kept_form"  # the field that tells which kept form this is

Pairs = list[tuple[str, str]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A kept form as it is shown: what was written, and what is sent."""

    pk: int
    path: str
    kept_at: datetime
    browser: str
    had_files: bool
    pairs: Pairs


def is_sent_by_a_person(request: HttpRequest) -> bool:
    """A form that a person sent with a button, from a page of ours."""
    passed_the_check = getattr(request, "csrf_processing_done", False)
    by_a_person = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if request.method != "POST" or not passed_the_check or not by_a_person:
        return False
    return not request.path_info.startswith(ABOUT_SIGN_IN)


def may_be_kept(request: HttpRequest) -> bool:
    """Such a form of a page where people type much, without a password in it."""
    if not is_sent_by_a_person(request):
        return False
    try:
        page = resolve(request.path_info).view_name
    except Resolver404:
        return False
    with_password = any("password" in name.lower() for name in request.POST)
    return bool(KEPT_FROM.fullmatch(page)) and not with_password


def browser_for(user: User, request: HttpRequest) -> str:
    """The mark of this browser; empty where this person never signed in here with a code.

    The number under it has 128 random bits: nothing to guess, so no salt.
    """
    place = Place.of(request)
    return StaffSession.hash_of(place.browser) if place.knows(user) and place.browser else ""


def pairs_of(request: HttpRequest) -> Pairs:
    lists = request.POST.lists()
    without = {"csrfmiddlewaretoken", SENT_AGAIN}
    return [(name, str(v)) for name, values in lists if name not in without for v in values]


def keep_form(*, user: User, request: HttpRequest, at: datetime | None = None) -> KeptForm | None:
    """Keep what was posted for this person; None where it may not be kept or is too much."""
    browser_hash = browser_for(user, request)
    if not browser_hash or not may_be_kept(request):
        return None
    pairs = pairs_of(request)
    if not pairs or sum(len(name) + len(value) for name, value in pairs) > MOST_CHARACTERS:
        return None
    at = at or timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two at once are counted one by one
        forget_old_copy(user, request)
        if not_too_old(at).filter(user=user).count() >= MOST_FORMS:
            return None
        note_refusal(Kind.FORM_KEPT, user=user, at=at)
        return KeptForm.objects.create(
            user=user,
            kept_at=at,
            path=request.get_full_path(),
            fields=json.dumps(pairs),
            had_files=bool(request.FILES),
            browser_hash=browser_hash,
            browser=described(request.headers.get("User-Agent", "")),
        )


def forget_old_copy(user: User, request: HttpRequest) -> None:
    """It was sent again, too late once more: two of the same would be sent twice."""
    pk = request.POST.get(SENT_AGAIN, "")
    if pk.isdecimal():
        throw_away(by=user, request=request, pk=int(pk))


def not_too_old(at: datetime) -> QuerySet[KeptForm]:
    return KeptForm.objects.filter(kept_at__gt=at - FORMS_KEPT)


def of_this_browser(user: User, request: HttpRequest) -> QuerySet[KeptForm]:
    """Hers, and sent from the browser that asks."""
    browser_hash = browser_for(user, request)
    if not browser_hash:
        return KeptForm.objects.none()
    return not_too_old(timezone.now()).filter(user=user, browser_hash=browser_hash)


def has_kept(user: User, request: HttpRequest) -> bool:
    return of_this_browser(user, request).exists()


def kept_for(user: User, request: HttpRequest) -> list[Kept]:
    """Hers of this browser, the newest first."""
    rows = of_this_browser(user, request).order_by("-pk")
    try:
        return [
            Kept(row.pk, row.path, row.kept_at, row.browser, row.had_files, json.loads(row.fields))
            for row in rows
        ]
    except InvalidToken as error:
        logger.error("kept forms are sealed with keys that are gone", exc_info=error)
        return []


def throw_away(*, by: User, request: HttpRequest, pk: int) -> int:
    """Hers of this browser alone; how many went, 0 for another's."""
    return of_this_browser(by, request).filter(pk=pk).delete()[0]


def forget_forms_for(page: str) -> int:
    """Everybody's that go to an address which begins so: what is there is gone for good. In the
    caller's transaction; how many went. Those that no key opens any more go too: nobody sees them.
    """
    gone = 0
    for pk in list(KeptForm.objects.values_list("pk", flat=True)):
        rows = KeptForm.objects.filter(pk=pk)
        try:
            goes = any(path.startswith(page) for path in rows.values_list("path", flat=True))
        except InvalidToken:
            goes = True
        gone += rows.delete()[0] if goes else 0
    return gone


def forget_what_was_sent(request: HttpRequest) -> None:
    """The form was sent again and arrived."""
    if request.user.is_authenticated:
        forget_old_copy(request.user, request)
