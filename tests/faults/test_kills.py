"""Web and mail processes are killed while forms come in: acknowledged = stored = delivered."""

import random
import threading
import time

import pytest

from tests.faults.conftest import SHORT
from tests.faults.senders import Crowd, duplicates, mailed, references, wait_until_delivered
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
SUBMISSIONS = 60 if SHORT else 1000
WORKER_KILLS = 4 if SHORT else 16
WEB_KILLS = 1 if SHORT else 4
MAIL_KILLS = 3 if SHORT else 10
SEED = 20261121
KILL_EVERY_SECONDS = 0.5 if SHORT else 2.0


def kill_things(site: RunningSite, kinds: list[str]) -> None:
    """Kill one after the other; what was killed is started again."""
    for kind in kinds:
        time.sleep(KILL_EVERY_SECONDS)
        if kind == "worker":
            site.kill_one_web_worker()
        else:
            site.kill(kind)
            site.start(kind)


def test_nothing_acknowledged_is_lost_when_processes_are_killed(site, mailbox, report):
    kinds = ["worker"] * WORKER_KILLS + ["web"] * WEB_KILLS + ["mail"] * MAIL_KILLS
    random.Random(SEED).shuffle(kinds)  # noqa: S311
    killer = threading.Timer(5.0, kill_things, args=(site, kinds))
    killer.start()
    acknowledged = Crowd(site).send(
        range(SUBMISSIONS), letters=True, seconds=len(kinds) * KILL_EVERY_SECONDS
    )
    killer.join()
    wait_until_delivered(site)
    stored, told = references(site), mailed(mailbox)
    report(
        f"{WORKER_KILLS + WEB_KILLS} kill -9 of web, {MAIL_KILLS} of mail",
        acknowledged=len(acknowledged),
        stored=len(stored),
        delivered=len(told),
        interrupted=MAIL_KILLS,
        mails_twice=duplicates(mailbox),
    )
    assert len(set(acknowledged)) == SUBMISSIONS
    assert set(acknowledged) == stored == told
    assert duplicates(mailbox) <= MAIL_KILLS  # with the same Message-ID each time
    assert files_are_whole(site)


def files_are_whole(site: RunningSite) -> bool:
    """Every file that was acknowledged is in storage."""
    rows = site.rows("SELECT count(*) FROM referrals_attachment WHERE enquiry_id IS NOT NULL")
    on_disk = [path for path in (site.folder / "var" / "private").rglob("*") if path.is_file()]
    return 0 < int(str(rows[0][0])) <= len(on_disk)


def test_a_mail_process_asked_to_end_finishes_the_mail_in_hand(site, mailbox):
    mailbox.delay = 1.0
    Crowd(site).send(range(1))
    while not mailbox.messages:
        time.sleep(0.05)
    site.processes["mail"].terminate()
    assert site.processes["mail"].wait(timeout=10) == 0
    states = site.rows("SELECT state FROM referrals_notification WHERE kind = 'new_enquiry'")
    assert states == [("sent",)]
