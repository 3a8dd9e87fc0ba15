"""Several mail processes at once: the second address hears of an enquiry once."""

import time

import pytest

from tests.faults.senders import Crowd

pytestmark = pytest.mark.faults
MOVED = "SELECT count(*) FROM referrals_notification WHERE stands_in_for_id IS NOT NULL"
ADDRESSES = """
from clinic_site.models import Clinic
Clinic.objects.update(email="gone@clinic.example", second_email="two@clinic.example")
"""


def test_the_second_address_hears_once_however_many_mail_processes_there_are(site, mailbox):
    site.manage("shell", "-c", ADDRESSES)
    for number in range(2):
        site.start("mail", name=f"mail {number}")
    mailbox.refused = {"gone@clinic.example"}
    Crowd(site).send(range(3))
    deadline = time.monotonic() + 90
    while site.rows(MOVED) != [(3,)] and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(3)
    told = [message for message in mailbox.messages if message["To"] == "two@clinic.example"]
    assert site.rows(MOVED) == [(3,)]
    assert len({message["Subject"] for message in told}) == len(told) == 3
