"""Mail servers that are away, say later, say never, or fall silent."""

import time

import pytest

from tests.faults.senders import Crowd, duplicates, mailed, references, wait_until_delivered

pytestmark = pytest.mark.faults
SECOND = "second@clinic.example"


def told(report, fault, site, mailbox, acknowledged, **more):
    report(
        fault,
        acknowledged=len(acknowledged),
        stored=len(references(site)),
        delivered=len(mailed(mailbox) | mailed(mailbox, to=SECOND)),
        mails_twice=duplicates(mailbox),
        **more,
    )


def test_mail_goes_out_when_the_mail_server_is_back(site, mailbox, report):
    mailbox.close()
    acknowledged = Crowd(site).send(range(10))
    time.sleep(3)
    assert mailbox.messages == []
    mailbox.open()
    wait_until_delivered(site)
    told(report, "mail server down", site, mailbox, acknowledged)
    assert set(acknowledged) == mailed(mailbox)


def test_a_greylisting_server_gets_its_mail_later(site, mailbox, report):
    mailbox.answers = ["451 try later"] * 3
    acknowledged = Crowd(site).send(range(3))
    wait_until_delivered(site)
    told(report, "451, three times", site, mailbox, acknowledged)
    assert set(acknowledged) == mailed(mailbox)


def test_an_address_that_is_refused_costs_the_others_nothing(site, mailbox, report):
    """The refused mail is visibly dead, and the second address hears of the enquiry."""
    site.manage("shell", "-c", TWO_ADDRESSES)
    mailbox.refused = {"gone@clinic.example"}
    acknowledged = Crowd(site).send(range(5))
    deadline = time.monotonic() + 90
    while mailed(mailbox, to=SECOND) != set(acknowledged) and time.monotonic() < deadline:
        time.sleep(0.5)
    wait_until_delivered(site)
    told(report, "550 for one of two addresses", site, mailbox, acknowledged)
    assert set(acknowledged) == mailed(mailbox) == mailed(mailbox, to=SECOND)
    dead = site.rows("SELECT count(*) FROM referrals_notification WHERE state = 'dead'")
    assert dead == [(5,)]


TWO_ADDRESSES = f"""
from clinic_site.models import Clinic
clinic = Clinic.objects.get()
Clinic.objects.update(second_email={SECOND!r})
for email in ("rooms@clinic.example", "gone@clinic.example"):
    clinic.notified.get_or_create(email=email)
"""


def test_a_server_that_falls_silent_after_the_text_gets_it_again_under_the_same_name(
    site, mailbox, report
):
    mailbox.silent = 2
    acknowledged = Crowd(site).send(range(4))
    wait_until_delivered(site)
    told(report, "silent after DATA, twice", site, mailbox, acknowledged, interrupted=2)
    assert set(acknowledged) == mailed(mailbox)
    assert duplicates(mailbox) <= 2
