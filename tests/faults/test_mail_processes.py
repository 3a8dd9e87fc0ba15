"""Several mail processes at once: no mail twice, and the second address hears once."""

import time

import pytest

from tests.faults.test_kills import mailbox, mailed, report, send_all, site, wait_until_delivered

pytestmark = pytest.mark.faults
__all__ = ["mailbox", "site"]
MESSAGES = 40


def start_more_mail_processes(site, how_many):
    for number in range(how_many):
        site.processes[f"mail {number}"] = site.processes.pop("mail")
        site.start("mail")


def test_three_mail_processes_send_each_mail_once(site, mailbox):
    start_more_mail_processes(site, 2)
    acknowledged = send_all(site, range(MESSAGES))
    wait_until_delivered(site)
    counts = mailbox.message_ids()
    report("three mail processes", sent=len(counts), twice=sum(counts.values()) - len(counts))
    assert set(acknowledged) == mailed(mailbox)
    assert set(counts.values()) == {1}


def test_the_second_address_hears_once_however_many_mail_processes_there_are(site, mailbox):
    site.manage(
        "shell",
        "-c",
        "from clinic_site.models import Clinic;"
        "Clinic.objects.update(email='gone@clinic.example', second_email='two@clinic.example')",
    )
    start_more_mail_processes(site, 2)
    mailbox.refused = {"gone@clinic.example"}
    send_all(site, range(3))
    deadline = time.monotonic() + 90
    moved = "SELECT count(*) FROM referrals_notification WHERE stands_in_for_id IS NOT NULL"
    while site.rows(moved) != [(3,)] and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(3)
    told = [message for message in mailbox.messages if message["To"] == "two@clinic.example"]
    assert site.rows(moved) == [(3,)]
    assert len({message["Subject"] for message in told}) == len(told) == 3
