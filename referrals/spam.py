"""Signs of spam that need no JavaScript and no third party. They quarantine, never discard.

A practice behind one network address may send many referrals in an hour. One whose provider
number has the right check digit is therefore neither judged by the counters nor counted against
the others who share the address.
"""

import re
from datetime import datetime, timedelta

from clinic_site.counting import count, counted
from referrals.identifiers import provider_number_problem

SOFT_LIMIT = 10
HARD_LIMIT = 60
YOUNGEST_FORM = timedelta(seconds=3)
MOST_LINKS = 2
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MARKUP = re.compile(r"\[/?(?:url|link|img)\b|</?(?:a|script|iframe|img)\b|\bhref\s*=", re.I)


def suspicions(
    *,
    honeypot: str,
    form_age: timedelta | None,
    address: str,
    contacts: list[str],
    at: datetime,
    text: str = "",
    provider_number: str = "",
) -> list[str]:
    """Codes of what looks like spam, empty for an ordinary form; counts this submission.

    `form_age` is the time since the form was shown, None where it is unknown; `address` the
    sender's network address; `contacts` the email and telephone as typed; `text` what a member
    of the public wrote; `provider_number` the one on a referral.
    """
    known_doctor = bool(provider_number) and not provider_number_problem(provider_number)
    found = {
        "honeypot": bool(honeypot.strip()),
        "too_fast": form_age is not None and timedelta(0) <= form_age < YOUNGEST_FORM,
        "many_links": len(LINK.findall(text)) > MOST_LINKS,
        "markup": MARKUP.search(text) is not None,
        **counts(address, contacts, at, known_doctor=known_doctor),
    }
    return [code for code, is_so in found.items() if is_so]


def counts(
    address: str, contacts: list[str], at: datetime, *, known_doctor: bool
) -> dict[str, bool]:
    """Count this submission; whether its address or a contact sent too many in this hour."""
    if address:
        count(purpose="all", source=address, at=at)
    if known_doctor:
        return {}
    typed = {"".join(contact.split()).casefold() for contact in contacts} - {""}
    from_contact = [count(purpose="contact", source=contact, at=at) for contact in typed]
    from_address = count(purpose="address", source=address, at=at) if address else 0
    return {
        "many_from_address": from_address > SOFT_LIMIT,
        "many_from_contact": max(from_contact, default=0) > SOFT_LIMIT,
    }


def is_flood(*, address: str, at: datetime) -> bool:
    """Whether so much came from one address in this hour that no more is stored.

    Asked before a form is stored; the page then keeps what was typed and says to ring.
    """
    return bool(address) and counted(purpose="all", source=address, at=at) >= HARD_LIMIT
