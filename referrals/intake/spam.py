"""Signs of spam that need no JavaScript and no third party. They quarantine, never discard.

A practice behind one network address may send many referrals in an hour. One whose provider
number has the right check digit is therefore not judged by how many came from there, nor are
the others who share that practice’s address in the same hour.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from clinic_site.counting import (
    Counting,
    count,
    count_each,
    counted,
    tidy_if_due,
    which_are_counted,
)
from clinic_site.web.addresses import network_of
from referrals.identifiers import provider_number_problem

SOFT_LIMIT = 10
HARD_LIMIT = 60
DAY = timedelta(days=1)
# To one contact: nobody floods a stranger’s mailbox through us. A large practice sends forty
# referrals a day with one address. Any of these mails lets its reader stop them all (no_mail).
RECEIPTS_PER_HOUR, RECEIPTS_PER_DAY = 10, 20
RECEIPTS_PER_HOUR_OF_DOCTOR, RECEIPTS_PER_DAY_OF_DOCTOR = 30, 60
# To how many mailboxes in a day: from one network address, and from its neighbours with it.
MAILBOXES_OF_ADDRESS, MAILBOXES_OF_NETWORK = 30, 100
YOUNGEST_FORM = timedelta(seconds=3)
MOST_LINKS = 2  # more are a sign beside another one
MOST_LINKS_ALONE = 10  # more need no other
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MARKUP = re.compile(r"\[/?(?:url|link|img)\b|</?(?:a|script|iframe|img)\b|\bhref\s*=", re.I)


class Found(NamedTuple):
    """Codes of what looks like spam, and whether a receipt may go by mail."""

    suspicions: list[str]
    may_mail_receipt: bool


def look_at(
    *, typed: Mapping[str, Any], form_age: timedelta | None, address: str, at: datetime
) -> Found:
    """Look at what was typed into a form, and count it.

    Mail is asked about only where it would go: whoever sends spam in a doctor's name takes none
    from him. All that is counted is one commit, as each one waits for the disk.
    """
    provider_number = typed.get("provider_number", "")
    with transaction.atomic():
        found = suspicions(
            honeypot=str(typed["extra_line"] or ""),
            form_age=form_age,
            address=address,
            at=at,
            text=typed.get("text", ""),
            provider_number=provider_number,
        )
        may_mail = not found and may_mail_receipt(
            email=typed["email"],
            phone=typed["phone"],
            address=address,
            at=at,
            provider_number=provider_number,
        )
    tidy_if_due(at)
    return Found(found, may_mail)


def suspicions(
    *,
    honeypot: str,
    form_age: timedelta | None,
    address: str,
    at: datetime,
    text: str = "",
    provider_number: str = "",
) -> list[str]:
    """Codes of what looks like spam, empty for an ordinary form; counts this submission.

    `form_age` is the time since the form was shown, None where it is unknown; `address` the
    sender's network address; `text` what a member of the public wrote; `provider_number` the
    one on a referral.
    """
    known_doctor = is_known(provider_number)
    links = len(LINK.findall(text))
    found = {
        "honeypot": bool(honeypot.strip()),
        "too_fast": form_age is not None and timedelta(0) <= form_age < YOUNGEST_FORM,
        "markup": MARKUP.search(text) is not None,
        "many_from_address": is_many(address, at, known_doctor=known_doctor),
    }
    is_odd = any(found.values())
    found["many_links"] = links > (MOST_LINKS if is_odd else MOST_LINKS_ALONE)
    return [code for code, is_so in found.items() if is_so]


def is_known(provider_number: str) -> bool:
    """Whether this is the number of some doctor, by its check digit."""
    return bool(provider_number) and not provider_number_problem(provider_number)


def is_many(address: str, at: datetime, *, known_doctor: bool) -> bool:
    """Count this submission; whether its address sent too many in this hour."""
    if not address:
        return False
    kind = "practice" if known_doctor else "address"
    _, from_address = count_each([Counting("all", address), Counting(kind, address)], at=at)
    if known_doctor:
        return False
    return from_address > SOFT_LIMIT and not counted(purpose="practice", source=address, at=at)


def may_mail_receipt(
    *, email: str, phone: str, address: str, at: datetime, provider_number: str = ""
) -> bool:
    """Whether the sender hears by mail too; counts this submission for each contact.

    `email` and `phone` are as typed, `address` is the network address. The enquiry itself is
    never held back by this.
    """
    is_doctor = is_known(provider_number)
    an_hour = RECEIPTS_PER_HOUR_OF_DOCTOR if is_doctor else RECEIPTS_PER_HOUR
    a_day = RECEIPTS_PER_DAY_OF_DOCTOR if is_doctor else RECEIPTS_PER_DAY
    typed = {"".join(contact.split()).casefold() for contact in [email, phone]} - {""}
    if is_doctor:  # counted apart: what others send in her name takes no receipt from her
        typed = {f"{provider_number.strip().upper()} {contact}" for contact in typed}
    each_hour = [Counting("contact", contact) for contact in sorted(typed)]
    each_day = [Counting("contact a day", contact, DAY) for contact in sorted(typed)]
    numbers = count_each([*each_hour, *each_day], at=at) if typed else []
    hours, days = numbers[: len(typed)], numbers[len(typed) :]
    is_few = max(hours, default=0) <= an_hour and max(days, default=0) <= a_day
    return is_few and not is_one_mailbox_too_many(email, address, at)


def is_one_mailbox_too_many(email: str, address: str, at: datetime) -> bool:
    """Count this mailbox among those that one sender writes to; a practice’s own counts once."""
    if not address or not email:
        return False
    mailbox = "".join(email.split()).casefold()
    most = {address: MAILBOXES_OF_ADDRESS, network_of(address): MAILBOXES_OF_NETWORK}
    pairs = {source: f"{source} {mailbox}" for source in most}
    known = which_are_counted("mailbox", list(pairs.values()), at=at)
    unknown = [source for source, pair in pairs.items() if pair not in known]
    passed = []
    for source in unknown:
        if count(purpose="mailboxes", source=source, at=at, within=DAY) > most[source]:
            break
        passed.append(Counting("mailbox", pairs[source], DAY))
    if passed:
        count_each(passed, at=at)
    return len(passed) < len(unknown)


def is_flood(*, address: str, at: datetime) -> bool:
    """Whether so much came from one address in this hour that no more is stored.

    Asked before a form is stored; the page then keeps what was typed and says to ring.
    """
    return bool(address) and counted(purpose="all", source=address, at=at) >= HARD_LIMIT
