"""Fills a running site with referrals that its signed rule lets go today."""

from datetime import date, timedelta

from django.utils import timezone

from clinic_site.zone import in_clinic_time
from referrals.intake.submitting import submit
from referrals.mail.delivery import deliver_one
from referrals.retention.kinds import KINDS
from referrals.retention.rules import sign
from referrals.workflow import verbs
from tests.makers import form_key, hold_letter, make_user, referral

CANARY = "Canarysample"
LONG_AGO = timedelta(days=366 * 9)


def fill(number: int) -> None:
    """So many, each with two letters; and one that stays, as its patient is a child."""
    with in_clinic_time():
        robin = make_user(
            *("referrals.view_enquiry", "referrals.change_enquiry", "referrals.erase_enquiry")
        )
        for which in range(number):
            add(which, date(1980, 1, 31), robin)
        add(number, timezone.localdate(), robin)
        while deliver_one():
            pass
        floors = {kind.column: kind.floor for kind in KINDS}
        sign(amounts=floors, by=robin, at=timezone.now() - timedelta(days=9))


def add(which: int, born: date, robin) -> None:  # type: ignore[no-untyped-def]
    key, at = form_key(), timezone.now() - LONG_AGO
    letters = [
        hold_letter(key, f"{CANARY} {which} {n}", name=f"{CANARY}-{n}.pdf", position=n, at=at)
        for n in (1, 2)
    ]
    sent = referral(
        patient_family_name=f"{CANARY}{which}", patient_birth_date=born, reason=f"{CANARY} reason"
    )
    enquiry = submit(enquiry=sent, form_key=key, attachments=letters, at=at)
    verbs.open_(enquiry=enquiry, by=robin, at=at)
    verbs.ask(enquiry=enquiry, by=robin, at=at, note=f"{CANARY} note")
    verbs.file(enquiry=enquiry, by=robin, at=at, outcome="answered", note=f"{CANARY} filed")
