"""The clinic's rule: signed by an administrator on a day, and replaced by the next one signed."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from clinic_site.sealing.lasting_digests import digest_with
from clinic_site.written_once import WrittenOnce
from referrals.models import RetentionRule
from referrals.retention.kinds import KINDS
from referrals.states.keeping import ERASE

SEAL = "referrals.retention_rule"
BEGINNING = ""  # stands for the seal before the first
A_MOMENT = timedelta(microseconds=1)

_rows = WrittenOnce(lambda: RetentionRule.objects.order_by("pk"))


class TooShort(ValueError):
    """Something would be kept for less than the least there is. Says what and why."""


class InForce(NamedTuple):
    """The rule that counts now. In `days` and `words`, by kind ("spam", "message", "software",
    "referral"): how long it is kept. None days: such things are never purged."""

    rule: RetentionRule
    days: dict[str, int | None]
    words: dict[str, str]


class AsSigned(NamedTuple):
    """A row, and whether it stands where and as it was signed."""

    rule: RetentionRule
    is_sound: bool


def all_rules() -> Iterator[AsSigned]:
    """Every row, the oldest first. Each seal takes in the one before it, and each is signed later
    than all sound ones before: so a rule of old that is put in again is none."""
    digest, before, latest = digest_with(SEAL), BEGINNING, None
    for rule in _rows.objects():
        is_later = latest is None or rule.signed_at > latest
        is_sound = is_later and rule.seal == digest(facts_of(rule, before=before))
        yield AsSigned(rule, is_sound)
        before, latest = rule.seal, rule.signed_at if is_sound else latest


def in_force() -> InForce | None:
    """The newest rule that was signed; None while there is none, or where its row was changed, or
    an old one put in again, behind the site's back: then nothing is purged."""
    rules = list(all_rules())
    if not rules or not rules[-1].is_sound:
        return None
    rule = rules[-1].rule
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
        lock_who_signs()
        rule = next_rule(at or timezone.now(), amounts, signer=by)
        rule.save(force_insert=True)
        signed = in_force()
        if signed is None or signed.rule.pk != rule.pk:
            raise RuntimeError("the rule was signed and does not count")
    return signed


def lock_who_signs() -> None:
    """Two at once would both follow the same rule: the second waits."""
    staff = User.objects.select_for_update(no_key=True).filter(is_staff=True)
    list(staff.order_by("pk").values_list("pk"))


def next_rule(at: datetime, amounts: Mapping[str, int | None], *, signer: User) -> RetentionRule:
    """Signed now, or just after the one before it where the clock was set back."""
    rules = list(all_rules())
    at = max([at, *(one.rule.signed_at + A_MOMENT for one in rules if one.is_sound)])
    rule = RetentionRule(signed_at=at, by=signer, **amounts)
    before = rules[-1].rule.seal if rules else BEGINNING
    rule.seal = digest_with(SEAL)(facts_of(rule, before=before))
    return rule


def facts_of(rule: RetentionRule, *, before: str) -> str:
    """Who signed what, when, and after which."""
    amounts = [getattr(rule, kind.column) for kind in KINDS]
    signed_at = rule.signed_at.astimezone(UTC).isoformat()
    return json.dumps([before, signed_at, rule.by_id, amounts])


def changed_rules() -> list[RetentionRule]:
    return [one.rule for one in all_rules() if not one.is_sound]
