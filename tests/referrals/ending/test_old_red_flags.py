"""A red flag from before the site rang for them rings too, while nothing is decided."""

import pytest
from django.db import connection
from django.utils import timezone

from referrals import chores
from referrals.ending import old_red_flags
from referrals.ending.old_red_flags import OldRedFlags
from referrals.models import Enquiry
from tests.makers import referral, submitted

pytestmark = pytest.mark.django_db


def from_before(*flags, **columns):
    sent = submitted(referral(red_flags=list(flags)))
    Enquiry.objects.filter(pk=sent.pk).update(is_red_flagged=False, **columns)
    return sent


def test_it_is_marked_and_what_is_decided_or_calm_is_not():
    waits = from_before("cauda_equina")
    from_before("none")
    from_before("infection", status="accepted", opened_at=timezone.now())
    assert OldRedFlags()() == 1
    assert Enquiry.objects.get(is_red_flagged=True).pk == waits.pk


def test_each_round_goes_on_below_the_last_past_one_that_no_key_opens(monkeypatch, caplog):
    monkeypatch.setattr(old_red_flags, "AT_ONCE", 1)
    from_before("infection")
    lost = from_before("infection")
    with connection.cursor() as cursor:
        words = "UPDATE referrals_referral SET red_flags = 'x' WHERE enquiry_ptr_id = %s"
        cursor.execute(words, [lost.pk])
    chore = OldRedFlags()
    assert [chore(), chore(), chore()] == [0, 1, 0]
    assert lost.reference in caplog.text


def test_the_mail_process_does_it():
    assert old_red_flags.mark_old_red_flags in chores.CHORES
