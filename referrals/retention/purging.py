"""The clinic's rule is carried out: a bounded number in each round, until the day's are done."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from referrals.models import PurgeDay, RetentionRule, Tombstone
from referrals.retention.due import Due, due, due_of, finished
from referrals.retention.erasing import CannotErase, erase_by_rule
from referrals.retention.rules import in_force

logger = logging.getLogger(__name__)
A_ROUND = 20  # mail waits meanwhile
AHEAD = timedelta(days=90)


class Preview(NamedTuple):
    """What the rule would let go: now, and in the next 90 days. `is_proposal`: none is signed."""

    now: list[Due]
    soon: list[Due]
    is_proposal: bool


def preview(*, at: datetime | None = None) -> Preview:
    """A dry run: by the rule in force, or by what is proposed while none is signed."""
    today, rule = timezone.localdate(at), in_force()
    found = sorted(
        due(rule.rule if rule else None, until=today + AHEAD), key=lambda one: (one.day, one.pk)
    )
    return Preview(
        now=[one for one in found if one.day <= today],
        soon=[one for one in found if one.day > today],
        is_proposal=rule is None,
    )


def purge(*, at: datetime | None = None, at_most: int | None = None) -> list[Tombstone]:
    """Erase what may go today; nothing where no rule is signed. Each is done by itself, so a run
    that is cut off goes on where it stopped."""
    now, signed = at or timezone.now(), in_force()
    gone: list[Tombstone] = []
    if signed is None:
        return gone
    today = timezone.localdate(now)
    for one in list(due(signed.rule, until=today)):
        if at_most is not None and len(gone) >= at_most:
            break
        if stone := erase_one(one, signed.rule, today, at=now):
            gone.append(stone)
    return gone


def erase_one(one: Due, rule: RetentionRule, today: date, *, at: datetime) -> Tombstone | None:
    """None where it has to wait for another day; that stops none of the others."""
    try:
        stone = erase_by_rule(
            pk=one.pk,
            rule=rule,
            rule_kind=one.rule_kind,
            is_still_due=still_due(rule, today),
            at=at,
        )
    except CannotErase as problem:
        logger.warning("%s was not purged: %s", one.reference, problem)
        return None
    logger.info("%s was purged by the rule on %s", one.reference, one.rule_kind)
    return stone


def still_due(rule: RetentionRule, today: date) -> Callable[[int], bool]:
    """Asked under the lock of each: also whether another rule was signed meanwhile."""

    def ask(pk: int) -> bool:
        signed = in_force()
        if signed is None or signed.rule.pk != rule.pk:
            return False
        enquiry = finished().filter(pk=pk).first()
        return enquiry is not None and due_of(enquiry, rule, until=today) is not None

    return ask


def purge_daily(*, at: datetime | None = None) -> int:
    """A chore of the mail process: some in each round until the day's are done; how many went.

    On the day on which a rule is signed nothing goes yet, so that a slip can be mended.
    """
    now, signed = at or timezone.now(), in_force()
    today = timezone.localdate(now)
    if signed is None or timezone.localdate(signed.rule.signed_at) >= today:
        return 0
    if PurgeDay.objects.filter(day=today).exists():
        return 0
    gone = purge(at=now, at_most=A_ROUND)
    if len(gone) < A_ROUND:
        PurgeDay.objects.update_or_create(pk=1, defaults={"day": today})
    return len(gone)
