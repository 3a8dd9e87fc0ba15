"""The log of who read what: written before anything is shown.

A view that cannot write its row shows nothing: the exception of the database goes on, and the page
becomes an error page. What else is written when an enquiry is opened stands in
`workflow.verbs.open_`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from clinic_site.sealing.lasting_digests import lasting_hmac
from referrals.models import AccessLog

Action = AccessLog.Action
# What stands in for a reference where there is none.
NOBODY_FOUND = "nobody found"
INBOX, MAILS, THIS_LOG = "inbox", "mails", "access log"
STAFF_MAIL = "staff mail"
DIGITS = 16  # of a digest: enough to tell details apart, too few to be looked up elsewhere
TERMS_AT_MOST = 9


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


def connected(looked_for: Iterable[tuple[str, str]]) -> str:
    """Digests by which look-ups for one person are known as such, also where they found nobody.

    Their key is their own and lasts: those of the person index are made anew with each data key,
    and would lead from a look-up to a person whom it did not find.
    """
    terms = sorted({f"{field}:{plain}" for field, plain in looked_for})[:TERMS_AT_MOST]
    return " ".join(lasting_hmac("referrals.looked_for", term)[:DIGITS] for term in terms)
