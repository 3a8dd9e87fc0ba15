"""Adds a line to the timeline of an enquiry, sealed to all that stand before it.

The seal of a line is a keyed digest of what it says and of the seal before it. So a line that is
changed, put in or taken out behind the site's back breaks the chain from there on, and
`ledger.chains` names the enquiry. Lines from before there were seals are taken in by the first one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from clinic_site.sealing.lasting_digests import digest_with
from clinic_site.written_once import Given, WrittenOnce
from referrals.models import Enquiry, Event

PURPOSE = "referrals.timeline"
BEGINNING = ""
_last_line = WrittenOnce(
    lambda: (
        Event.objects.filter(enquiry_id=Given("enquiry", Event._meta.get_field("number")))
        .order_by("-pk")
        .values("seal", "number")[:1]
    )
)


class Line(NamedTuple):
    """What a line says, without its seal."""

    enquiry_id: int
    kind: str
    at: datetime
    by_id: int | None
    note: str | None


def add_line(
    kind: str,
    *,
    enquiry: Enquiry,
    at: datetime,
    by: User | None = None,
    note: str | None = None,
) -> Event:
    """One line more, in one transaction with the lock that makes it the next one."""
    with transaction.atomic():
        Enquiry.objects.select_for_update().only("pk").get(pk=enquiry.pk)
        before, number = end_of_chain(enquiry.pk)
        line = Line(enquiry.pk, str(kind), at, by.pk if by else None, note)
        seal = next_seal(before, line, digest=digest_with(PURPOSE))
        return Event.objects.create(**line._asdict(), number=number + 1, seal=seal)


def first_lines(kinds: Sequence[str], *, enquiry: Enquiry, at: datetime) -> list[Event]:
    """The lines that an enquiry begins with, in the transaction that stores it: nobody else sees
    it yet, so there is nothing to lock and nothing that stands before."""
    seal, events, digest = BEGINNING, [], digest_with(PURPOSE)
    for number, kind in enumerate(kinds, start=1):
        line = Line(enquiry.pk, str(kind), at, None, None)
        seal = next_seal(seal, line, digest=digest)
        events.append(Event(**line._asdict(), number=number, seal=seal))
    return Event.objects.bulk_create(events)


def end_of_chain(enquiry_id: int) -> tuple[str, int]:
    """The seal of the last line and its number."""
    last = next(iter(_last_line.rows(enquiry=enquiry_id)), None)
    if last is None:
        return BEGINNING, 0
    if last["seal"] and last["number"]:
        return last["seal"], last["number"]
    digest, seal = digest_with(PURPOSE), BEGINNING
    unsealed = list(Event.objects.filter(enquiry_id=enquiry_id).order_by("pk"))
    for event in unsealed:
        seal = next_seal(seal, line_of(event), digest=digest)
    return seal, len(unsealed)


def line_of(event: Event) -> Line:
    return Line(event.enquiry_id, event.kind, event.at, event.by_id, event.note)


def next_seal(before: str, line: Line, *, digest: Callable[[str], str]) -> str:
    """64 hexadecimal digits."""
    at = line.at.astimezone(UTC).isoformat()
    return digest(json.dumps([before, line.enquiry_id, line.kind, at, line.by_id, line.note]))


def is_whole(events: Iterable[Event], *, digest: Callable[[str], str]) -> bool:
    """Whether the lines of one enquiry, oldest first, are those that were written, in this order.

    Lines without a seal may stand before the first one with a seal only.
    """
    seal, has_begun = BEGINNING, False
    for number, event in enumerate(events, start=1):
        seal = next_seal(seal, line_of(event), digest=digest)
        if event.seal is None and not has_begun:
            continue
        has_begun = True
        if event.seal != seal or event.number != number:
            return False
    return True
