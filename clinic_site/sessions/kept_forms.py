"""What somebody sent after her session had ended: kept for her alone, until she sends it again.

Kept is only what passed the check against forged requests, and only of a session that had gone on
with password and code until its time was over. Files and passwords are never kept.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from clinic_site.models import KeptForm
from clinic_site.running.session_settings import FORMS_KEPT

MOST_CHARACTERS = 2_000_000  # names and values of one form: a page of the editor has 100,000
MOST_FORMS = 5  # of one person; the oldest goes first
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
    had_files: bool
    pairs: Pairs

    @property
    def words(self) -> list[str]:
        """What looks written by a person, so that she knows which form it was."""
        return [value for _, value in self.pairs if " " in value.strip()]


def may_be_kept(request: HttpRequest) -> bool:
    """A form that a person sent with a button, from a page of ours, without a password in it."""
    passed_the_check = getattr(request, "csrf_processing_done", False)
    by_a_person = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if request.method != "POST" or not passed_the_check or not by_a_person:
        return False
    if request.path_info.startswith(ABOUT_SIGN_IN):
        return False
    return not any("password" in name.lower() for name in request.POST)


def pairs_of(request: HttpRequest) -> Pairs:
    lists = request.POST.lists()
    without = {"csrfmiddlewaretoken", SENT_AGAIN}
    return [(name, str(v)) for name, values in lists if name not in without for v in values]


def keep_form(*, user: User, request: HttpRequest, at: datetime | None = None) -> KeptForm | None:
    """Keep what was posted for this person; None where it may not be kept or is too much."""
    if not may_be_kept(request):
        return None
    pairs = pairs_of(request)
    if not pairs or sum(len(name) + len(value) for name, value in pairs) > MOST_CHARACTERS:
        return None
    with transaction.atomic():
        forget_old_copy(user, request)
        kept = KeptForm.objects.create(
            user=user,
            kept_at=at or timezone.now(),
            path=request.get_full_path(),
            fields=json.dumps(pairs),
            had_files=bool(request.FILES),
        )
        mine = KeptForm.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)
        KeptForm.objects.filter(pk__in=list(mine[MOST_FORMS:])).delete()
    return kept


def forget_old_copy(user: User, request: HttpRequest) -> None:
    """It was sent again, too late once more: two of the same would be sent twice."""
    pk = request.POST.get(SENT_AGAIN, "")
    if pk.isdecimal():
        throw_away(by=user, pk=int(pk))


def not_too_old(at: datetime) -> QuerySet[KeptForm]:
    return KeptForm.objects.filter(kept_at__gt=at - FORMS_KEPT)


def has_kept(user: User) -> bool:
    return not_too_old(timezone.now()).filter(user=user).exists()


def kept_for(user: User) -> list[Kept]:
    """Hers, the newest first."""
    rows = not_too_old(timezone.now()).filter(user=user).order_by("-pk")
    try:
        return [
            Kept(row.pk, row.path, row.kept_at, row.had_files, json.loads(row.fields))
            for row in rows
        ]
    except InvalidToken as error:
        logger.error("kept forms are sealed with keys that are gone", exc_info=error)
        return []


def throw_away(*, by: User, pk: int) -> int:
    """Hers alone; how many went, 0 for another's."""
    return KeptForm.objects.filter(user=by, pk=pk).delete()[0]


def forget_what_was_sent(request: HttpRequest) -> None:
    """The form was sent again and arrived."""
    if request.user.is_authenticated:
        forget_old_copy(request.user, request)
