"""The sign-in log: what happened to an account, and what was tried.

A name that nobody has is not written down: people type their password into the wrong field. Of a
network address only a digest is kept, under a key that is another each day (made of SECRET_KEY and
the date), so lines of one day can be connected and lines of two days cannot.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from allauth.core import context
from django.contrib.auth.models import User
from django.db import Error as AnyDatabaseError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clinic_site.counting import count
from clinic_site.models import SignInEvent
from clinic_site.web.addresses import client_address
from clinic_site.web.browsers import described

Kind = SignInEvent.Kind
HOUR = timedelta(hours=1)
# How many lines of a kind strangers may write in an hour: about one account, or from one address
# about names that nobody has; and about such names in all.
LINES_OF_ONE, LINES_OF_NOBODY = 20, 200

logger = logging.getLogger(__name__)


def note(
    kind: str,
    *,
    user: User | None,
    by: User | None = None,
    browser: str | None = None,
    number: int = 1,
    detail: str = "",
    at: datetime | None = None,
) -> SignInEvent:
    """Write one line, in the caller's transaction: what is not in the log has not happened.

    Where it came from is read from the request that is under way, if there is one.
    """
    at, request = at or timezone.now(), context.request
    return SignInEvent.objects.create(
        at=at,
        kind=kind,
        user_id=user.pk if user else None,
        by_id=by.pk if by else None,
        address_digest=digest_of_the_day(address_of(request), at),
        browser=browser_of(request) if browser is None else browser,
        number=number,
        detail=detail[:100],
    )


def note_refusal(
    kind: str, *, user: User | None, detail: str = "", at: datetime | None = None
) -> SignInEvent | None:
    """What a stranger can make happen as often as he likes. Never in the way of the refusal.

    Past the limits only the hundredth, thousandth, … is written, with their number.
    """
    at = at or timezone.now()
    with in_nobodys_way():
        number = stands_for(kind, user, at)
        if number:
            return note(kind, user=user, detail=detail, number=number, at=at)
    return None


@contextmanager
def in_nobodys_way() -> Iterator[None]:
    """A line that cannot be written is told to the operator; what it would say stands."""
    try:
        with transaction.atomic():
            yield
    except AnyDatabaseError as error:
        logger.error("the sign-in log takes no line", exc_info=error)


def stands_for(kind: str, user: User | None, at: datetime) -> int:
    """For how many a line would stand; 0 where there is to be none.

    Tries at names that nobody has never hide those at an account: each is counted by itself.
    """
    if user:
        return as_line(count_line("account", f"{kind} {user.pk}", at), LINES_OF_ONE)
    everywhere = as_line(count_line("nobody", kind, at), LINES_OF_NOBODY)
    address = address_of(context.request)
    if everywhere != 1 or not address:
        return everywhere
    return as_line(count_line("address", f"{kind} {address}", at), LINES_OF_ONE)


def as_line(number: int, most: int) -> int:
    if number <= most:
        return 1
    return number if is_milestone(number) else 0


def count_line(what: str, source: str, at: datetime) -> int:
    return count(purpose=f"sign-in log {what}", source=source, at=at, within=HOUR)


def is_milestone(number: int) -> bool:
    """100, 1,000, 10,000 and so on."""
    return number >= 100 and set(str(number)[1:]) == {"0"} and str(number)[0] == "1"


def digest_of_the_day(address: str, at: datetime) -> str:
    """16 hexadecimal digits; empty for an address that is not known."""
    if not address:
        return ""
    key = f"clinic_site.sign_in_log {at:%Y-%m-%d}"
    return salted_hmac(key, address, algorithm="sha256").hexdigest()[:16]


def address_of(request: HttpRequest | None) -> str:
    return client_address(request) if request else ""


def browser_of(request: HttpRequest | None) -> str:
    return described(request.headers.get("User-Agent", "")) if request else ""


def lines_about(user: User) -> QuerySet[SignInEvent]:
    """What concerns one person, newest first: what was done with her account."""
    return SignInEvent.objects.filter(user_id=user.pk).select_related("by")
