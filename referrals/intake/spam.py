"""Signs of spam that need no JavaScript and no third party. They quarantine, never discard.

A practice behind one network address may send many referrals in an hour. One whose provider
number has the right check digit is therefore not judged by how many came from there, nor are
the others who share that practice’s address in the same hour.
"""

import re
from datetime import datetime, timedelta

from clinic_site.counting import count, counted
from referrals.identifiers import provider_number_problem

SOFT_LIMIT = 10
HARD_LIMIT = 60
RECEIPTS_PER_HOUR = 10  # to one contact: nobody floods a stranger’s mailbox through us
RECEIPTS_PER_HOUR_OF_DOCTOR = 30
YOUNGEST_FORM = timedelta(seconds=3)
MOST_LINKS = 2  # more are a sign beside another one
MOST_LINKS_ALONE = 10  # more need no other
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MARKUP = re.compile(r"\[/?(?:url|link|img)\b|</?(?:a|script|iframe|img)\b|\bhref\s*=", re.I)


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
    count(purpose="all", source=address, at=at)
    if known_doctor:
        count(purpose="practice", source=address, at=at)
        return False
    from_address = count(purpose="address", source=address, at=at)
    return from_address > SOFT_LIMIT and not counted(purpose="practice", source=address, at=at)


def may_mail_receipt(*, contacts: list[str], at: datetime, provider_number: str = "") -> bool:
    """Whether the sender hears by mail too; counts this submission for each contact.

    `contacts` are email and telephone as typed. The enquiry itself is never held back by this.
    """
    most = RECEIPTS_PER_HOUR_OF_DOCTOR if is_known(provider_number) else RECEIPTS_PER_HOUR
    typed = {"".join(contact.split()).casefold() for contact in contacts} - {""}
    counts = [count(purpose="contact", source=contact, at=at) for contact in typed]
    return max(counts, default=0) <= most


def is_flood(*, address: str, at: datetime) -> bool:
    """Whether so much came from one address in this hour that no more is stored.

    Asked before a form is stored; the page then keeps what was typed and says to ring.
    """
    return bool(address) and counted(purpose="all", source=address, at=at) >= HARD_LIMIT
