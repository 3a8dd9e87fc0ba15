"""Nothing is purged until an administrator has signed the clinic's rule."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from referrals.ledger.reconciling import reconcile
from referrals.models import Enquiry, PurgeDay, RetentionRule
from referrals.retention import purging
from referrals.retention.kinds import KINDS
from referrals.retention.purging import purge, purge_daily
from referrals.retention.rules import TooShort, changed_rules, in_force, sign
from tests.makers import make_user
from tests.referrals.retention.conftest import (
    CHANGE,
    NOW,
    PROPOSED,
    VIEW,
    is_there,
    old_message,
)
from tests.triggers import lifted

pytestmark = pytest.mark.django_db


def test_without_a_signed_rule_nothing_goes(robin):
    enquiry = old_message(robin, days=4000)
    assert in_force() is None
    assert (purge(at=NOW), purge_daily(at=NOW)) == ([], 0)
    assert is_there(enquiry)
    assert not PurgeDay.objects.exists()


def test_a_signed_rule_says_days_and_words_of_each_kind(robin):
    rule = sign(amounts={**PROPOSED, "referral_years": None}, by=robin)
    assert rule.days == {"spam": 30, "message": 366, "software": 731, "referral": None}
    assert rule.words["message"] == "1 year"
    assert rule.words["referral"] == "for ever"
    assert in_force() == rule


def test_the_newest_signature_counts_and_the_others_stay(robin):
    sign(amounts=PROPOSED, by=robin)
    sign(amounts={**PROPOSED, "message_years": 3}, by=robin)
    assert in_force().words["message"] == "3 years"
    assert RetentionRule.objects.count() == 2


def test_whoever_works_through_the_inbox_signs_nothing():
    with pytest.raises(PermissionDenied):
        sign(amounts=PROPOSED, by=make_user(VIEW, CHANGE))
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.column)
def test_nothing_is_kept_for_less_than_its_floor(robin, kind):
    with pytest.raises(TooShort, match="Not less than"):
        sign(amounts={**PROPOSED, kind.column: kind.floor - 1}, by=robin)
    rule = RetentionRule(signed_at=NOW, by=robin, seal="x", **PROPOSED)
    setattr(rule, kind.column, kind.floor - 1)
    name = f"retention_{kind.column}_not_below_floor"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        rule.save()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE referrals_retentionrule SET spam_days = 31", "DELETE FROM referrals_retentionrule"],
)
def test_the_database_lets_no_signed_rule_be_changed(signed, sql):
    with pytest.raises(IntegrityError, match="append-only"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_rule_that_was_changed_behind_the_sites_back_purges_nothing_and_is_named(robin, signed):
    enquiry = old_message(robin)
    with lifted():
        RetentionRule.objects.update(message_years=2)
    assert in_force() is None
    assert purge(at=NOW) == []
    assert is_there(enquiry)
    assert "rule" in [one["kind"] for one in reconcile().differences]


def test_on_the_day_of_the_signing_nothing_goes_by_itself(robin):
    sign(amounts=PROPOSED, by=robin, at=NOW)
    enquiry = old_message(robin)
    assert purge_daily(at=NOW + timedelta(minutes=1)) == 0
    assert is_there(enquiry)
    assert purge_daily(at=NOW + timedelta(days=1)) == 1


def test_a_purge_under_way_stops_as_another_rule_is_signed(robin, signed, monkeypatch):
    for _ in range(3):
        old_message(robin)
    erase_one = purging.erase_one

    def erase_and_sign(*args, **given):
        stone = erase_one(*args, **given)
        if RetentionRule.objects.count() == 1:
            sign(amounts=dict.fromkeys(PROPOSED), by=robin, at=NOW)
        return stone

    monkeypatch.setattr(purging, "erase_one", erase_and_sign)
    assert (len(purge(at=NOW)), Enquiry.objects.count()) == (1, 2)


def put_in_again(*rules):
    """As whoever reaches the database, without the keys."""
    columns = ", ".join([*PROPOSED, "signed_at", "by_id", "seal"])
    with connection.cursor() as cursor:
        for rule in rules:
            cursor.execute(
                f"INSERT INTO referrals_retentionrule ({columns})"
                f" SELECT {columns} FROM referrals_retentionrule WHERE id = %s",
                [rule.pk],
            )


@pytest.mark.parametrize("which", [[0], [1], [1, 2], [0, 1, 2]])
def test_rules_of_old_that_are_put_in_again_count_for_nothing(robin, which):
    days = [timedelta(days=30), timedelta(days=20), timedelta(days=10)]
    rules = [sign(amounts=PROPOSED, by=robin, at=NOW - ago).rule for ago in days]
    enquiry = old_message(robin)
    put_in_again(*[rules[n] for n in which])
    assert in_force() is None
    assert (purge(at=NOW), is_there(enquiry)) == ([], True)
    assert len(changed_rules()) == len(which)
    assert "rule" in [one["kind"] for one in reconcile().differences]


def test_signed_anew_it_counts_again(robin, signed):
    put_in_again(signed.rule)
    assert in_force() is None
    anew = sign(amounts=PROPOSED, by=robin, at=NOW)
    assert in_force() == anew
    assert len(changed_rules()) == 1


def test_a_clock_that_was_set_back_signs_after_the_rule_before_it(robin, signed):
    anew = sign(amounts=PROPOSED, by=robin, at=signed.rule.signed_at - timedelta(days=1))
    assert anew.rule.signed_at > signed.rule.signed_at
    assert (in_force(), changed_rules()) == (anew, [])
