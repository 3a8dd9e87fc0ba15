"""Enquiries that are old enough, administrators, and a signed rule."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from referrals.access_log import note_access
from referrals.intake.submitting import submit
from referrals.models import Enquiry, Event
from referrals.retention.rules import sign
from referrals.workflow import verbs
from tests.makers import form_key, hold_letter, make_user, message, referral
from tests.triggers import lifted

VIEW, CHANGE, ERASE = (f"referrals.{verb}_enquiry" for verb in ("view", "change", "erase"))
PROPOSED = {"spam_days": 30, "message_years": 1, "software_years": 2, "referral_years": 7}
NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


def administrator(name="robin"):
    """With a phone, so that she can sign in; both for long, so that she can confirm."""
    rights = VIEW, CHANGE, ERASE
    user = make_user(*rights, username=name, email=f"{name}@clinic.example", date_joined=LONG_AGO)
    Authenticator.objects.create(user=user, type="totp", data={}, created_at=LONG_AGO)
    return user


@pytest.fixture
def robin():
    return administrator()


@pytest.fixture
def kim():
    return administrator("kim")


@pytest.fixture
def signed(robin):
    """Long ago, so that the daily purge is under way."""
    return sign(amounts=PROPOSED, by=robin, at=NOW - timedelta(days=9))


def came(enquiry, *steps, at, by, letters=0):
    """Sent at that time with so many letters, and what was done with it at that time."""
    key = form_key()
    held = [hold_letter(key, f"Letter {n}", position=n, at=at) for n in range(1, letters + 1)]
    sent = submit(enquiry=enquiry, form_key=key, attachments=held, at=at)
    for step in steps:
        extra = {"outcome": "answered"} if step == "file" else {}
        if step == "note_in_software":
            note_access(references=[sent.reference], by=by, action="record", at=at)
        getattr(verbs, step)(enquiry=sent, by=by, at=at, **extra)
    return Enquiry.objects.get(pk=sent.pk)


def old_message(by, *, days=400, **fields):
    return came(message(**fields), "open_", "file", at=NOW - timedelta(days=days), by=by)


def old_referral(by, *, years=8, steps=("open_", "accept", "file"), **fields):
    letters = fields.pop("letters", 0)
    at = NOW - timedelta(days=366 * years)
    return came(referral(**fields), *steps, at=at, by=by, letters=letters)


def move_line(enquiry, kind, at):
    with lifted():
        Event.objects.filter(enquiry=enquiry, kind=kind).update(at=at)


def is_there(enquiry):
    return Enquiry.objects.filter(pk=enquiry.pk).exists()


def today():
    return timezone.localdate(NOW)
