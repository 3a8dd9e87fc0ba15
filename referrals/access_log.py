"""The log of who read what: written before anything is shown.

A view that cannot write its row shows nothing: the exception of the database goes on, and the page
becomes an error page. What else is written when an enquiry is opened stands in
`workflow.verbs.open_`.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import Error as AnyDatabaseError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from clinic_site.sealing.lasting_digests import digest_with
from referrals.models import AccessLog

logger = logging.getLogger(__name__)

Action = AccessLog.Action
SEE_LOG = "referrals.view_accesslog"
# What stands in for a reference where there is none.
NOBODY_FOUND = "nobody found"
INBOX, MAILS, THIS_LOG = "inbox", "mails", "access log"
STAFF_MAIL = "staff mail"
DIGITS = 16  # of a digest: enough to tell details apart, too few to be looked up elsewhere
TERMS_AT_MOST = 9
ONE_ROW_FOR = timedelta(hours=1)  # of a link, and of a line in a list: who reloads fills no log


def note_access(
    *,
    references: Iterable[str],
    by: User,
    action: str,
    looked_for: Iterable[tuple[str, str]] = (),
    at: datetime | None = None,
) -> list[AccessLog]:
    """One row per enquiry, or for what stands in its place. `looked_for` are the details of a
    look-up as (field, plain form): the row keeps digests of them and never what was typed."""
    now, digests = at or timezone.now(), connected(looked_for)
    return AccessLog.objects.bulk_create(
        AccessLog(reference=reference, by=by, at=now, action=action, looked_for=digests)
        for reference in references
    )


def note_page(
    *, reference: str, beside: Iterable[str], by: User, at: datetime | None = None
) -> list[AccessLog]:
    """The page of one enquiry, and the others that it names: to see that those are there is a
    look-up. One statement for all of them."""
    now = at or timezone.now()
    noted = [(reference, Action.VIEW), *((other, Action.SEARCH) for other in beside)]
    return AccessLog.objects.bulk_create(
        AccessLog(reference=of, by=by, at=now, action=action) for of, action in noted
    )


def note_list(
    *, place: str, shown: Iterable[str], by: User, at: datetime | None = None
) -> list[AccessLog]:
    """That a list was looked at: a row for the list each time, and for each reference of `shown`:
    those that it shows and that are not `noted_lately`."""
    return note_access(references=[place, *shown], by=by, action=Action.LIST, at=at)


def noted_lately(*, reader: User, at: datetime | None = None) -> Exists:
    """Whether an enquiry stands in the log as shown to her in a list within the hour. An inbox
    that is drawn anew all day would else bury what was read."""
    now = at or timezone.now()
    same = AccessLog.objects.filter(reference=OuterRef("reference"), by=reader, action=Action.LIST)
    return Exists(same.filter(at__gt=now - ONE_ROW_FOR, at__lte=now).order_by())


def note_once_an_hour(*, reference: str, by: User, action: str, at: datetime | None = None) -> None:
    """What comes in many pieces, as the pages of a letter do: one row an hour for all of them."""
    now = at or timezone.now()
    same = AccessLog.objects.filter(reference=reference, by=by, action=action)
    if not same.filter(at__gt=now - ONE_ROW_FOR, at__lte=now).exists():
        note_access(references=[reference], by=by, action=action, at=now)


def note_left(*, reference: str, action: str, at: datetime | None = None) -> None:
    """What nobody signed in did: whoever has the sender's link, or the mail process. Before it."""
    AccessLog.objects.create(reference=reference, by=None, at=at or timezone.now(), action=action)


def note_link(*, reference: str, action: str, at: datetime | None = None) -> None:
    """That a page was opened by the link its sender was given: once an hour for each page."""
    now = at or timezone.now()
    same = AccessLog.objects.filter(reference=reference, action=action, by=None)
    if not same.filter(at__gt=now - ONE_ROW_FOR, at__lte=now).exists():
        note_left(reference=reference, action=action, at=now)


def note_link_if_possible(*, reference: str, action: str) -> bool:
    """The same for a page that is shown whatever becomes of the row, as whoever has just sent a
    referral must see that it arrived. False where there is none: the page then names nobody."""
    try:
        with transaction.atomic():
            note_link(reference=reference, action=action)
    except AnyDatabaseError as error:
        logger.error("the log of who read what takes no row", exc_info=error)
        return False
    return True


def connected(looked_for: Iterable[tuple[str, str]]) -> str:
    """Digests by which look-ups for one person are known as such, also where they found nobody.

    Their key is their own and lasts: those of the person index are made anew with each data key,
    and would lead from a look-up to a person whom it did not find.
    """
    terms = sorted(set(looked_for))[:TERMS_AT_MOST]
    return " ".join(digests_of(terms).values())


def digests_of(terms: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What a row keeps of each (field, plain form)."""
    wanted = list(terms)
    if not wanted:
        return {}
    digest = digest_with("referrals.looked_for")
    return {(field, plain): digest(f"{field}:{plain}")[:DIGITS] for field, plain in wanted}


class Readers(NamedTuple):
    readings: int
    people: int


def readers_of(reference: str) -> Readers:
    """How often staff read an enquiry or a part of it, and how many they were. Not in a list."""
    found = (
        by_staff()
        .filter(reference=reference)
        .exclude(action=Action.LIST)
        .aggregate(n=Count("pk"), who=Count("by", distinct=True))
    )
    return Readers(found["n"], found["who"])


def by_staff() -> QuerySet[AccessLog]:
    return AccessLog.objects.filter(by__isnull=False)
