"""The clinic's rule: signed by an administrator on a day, and replaced by the next one signed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from clinic_site.sealing.lasting_digests import digest_with
from referrals.models import RetentionRule
from referrals.retention.kinds import KINDS
from referrals.states.keeping import ERASE

SEAL = "referrals.retention_rule"


class TooShort(ValueError):
    """Something would be kept for less than the least there is. Says what and why."""


class InForce(NamedTuple):
    """The rule that counts now. In `days` and `words`, by kind ("spam", "message", "software",
    "referral"): how long it is kept. None days: such things are never purged."""

    rule: RetentionRule
    days: dict[str, int | None]
    words: dict[str, str]


def in_force() -> InForce | None:
    """The newest rule that was signed; None while there is none, or where its row was changed
    behind the site's back: then nothing is purged."""
    rule = RetentionRule.objects.select_related("by").first()
    if rule is None or not is_as_signed(rule):
        return None
    return InForce(
        rule,
        days={kind.kind: kind.days(kind.amount(rule)) for kind in KINDS},
        words={kind.kind: kind.words(kind.amount(rule)) for kind in KINDS},
    )


def sign(*, amounts: Mapping[str, int | None], by: User, at: datetime | None = None) -> InForce:
    """Sign a rule that counts from now on: an amount per column, None for ever.

    Raises `TooShort` below a floor. Earlier rules stay as they were signed.
    """
    require(by, ERASE)
    for kind in KINDS:
        amount = amounts[kind.column]
        if amount is not None and not kind.floor <= amount <= kind.longest:
            raise TooShort(kind.why_not_less if amount < kind.floor else f"At most {kind.longest}.")
    with transaction.atomic():
        rule = RetentionRule(signed_at=at or timezone.now(), by=by, **amounts)
        rule.seal = seal_of(rule)
        rule.save(force_insert=True)
    signed = in_force()
    if signed is None or signed.rule.pk != rule.pk:
        raise RuntimeError("the rule was signed and does not count")
    return signed


def seal_of(rule: RetentionRule) -> str:
    """Keyed digest of who signed what, when."""
    amounts = [getattr(rule, kind.column) for kind in KINDS]
    facts = [rule.signed_at.astimezone(UTC).isoformat(), rule.by_id, amounts]
    return digest_with(SEAL)(json.dumps(facts))


def is_as_signed(rule: RetentionRule) -> bool:
    return rule.seal == seal_of(rule)


def changed_rules() -> list[RetentionRule]:
    return [rule for rule in RetentionRule.objects.all() if not is_as_signed(rule)]
