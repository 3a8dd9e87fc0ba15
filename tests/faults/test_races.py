"""Several at once: mail processes over one queue, and one form from ten windows."""

import threading
import time

import pytest

from tests.faults.conftest import SHORT
from tests.faults.senders import (
    PATIENCE_WITH_FORMS,
    Sender,
    duplicates,
    references,
    wait_until_delivered,
)

pytestmark = pytest.mark.faults
ROWS = 100 if SHORT else 1000
MAIL_PROCESSES = 4


def test_four_mail_processes_send_each_mail_once(site, mailbox, report):
    site.processes["mail"].terminate()
    site.processes["mail"].wait()
    mailbox.delay = 0.0
    site.manage("shell", "-c", MANY_ROWS)
    for number in range(MAIL_PROCESSES):
        site.start("mail", name=f"mail {number}")
    wait_until_delivered(site, seconds=600)
    report(
        f"{MAIL_PROCESSES} mail processes, {ROWS} mails",
        stored=ROWS,
        delivered=len(mailbox.message_ids()),
        mails_twice=duplicates(mailbox),
    )
    assert len(mailbox.message_ids()) == len(mailbox.messages) == ROWS


MANY_ROWS = f"""
from referrals.mail.outbox import enqueue
enqueue(kind="test", recipients=[f"sample{{n}}@clinic.example" for n in range({ROWS})])
"""


@pytest.mark.parametrize("kind", ["message", "referral"])
def test_ten_posts_of_one_form_make_one_enquiry(site, mailbox, report, kind):
    sender = Sender(site.url, 1)
    form = getattr(sender, kind)()
    time.sleep(PATIENCE_WITH_FORMS)
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(sender.send(form))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until_delivered(site)
    stored = references(site)
    report(
        f"one {kind} posted ten times at once",
        acknowledged=len(set(seen)),
        stored=len(stored),
        mails_twice=duplicates(mailbox),
    )
    assert len(seen) == 10
    assert set(seen) == stored
    assert len(stored) == 1
