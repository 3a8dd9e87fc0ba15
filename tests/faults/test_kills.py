"""200 submissions while web and mail processes are killed: acknowledged = stored = delivered.

`make faults` runs it on the database of DATABASE_URL. SHORT=1 sends 60 and kills less.
"""

import http.cookiejar
import os
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.makers import message_post
from tests.running_site import Mailbox, RunningSite

pytestmark = pytest.mark.faults
SHORT = os.environ.get("SHORT") == "1"
SUBMISSIONS = 60 if SHORT else 200
WORKER_KILLS = 4 if SHORT else 12
WEB_KILLS = 1 if SHORT else 3
MAIL_KILLS = 3 if SHORT else 10
SEED = 20261121
GIVE_UP_SECONDS = 60
KILL_EVERY_SECONDS = 0.5


class Sender:
    """A browser that resends the same form until it sees a receipt."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def send(self, number: int) -> str:
        """Send one message; the reference on its receipt."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        form: dict[str, str] | None = None
        while time.monotonic() < deadline:
            try:
                form = form or self.fetch_form(number)
                html = self.open("/contact/", form)
            except (urllib.error.URLError, OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            return re.search(r'class="reference">([^<]+)<', html)[1]
        raise AssertionError(f"no receipt for {number} within {GIVE_UP_SECONDS} s")

    def fetch_form(self, number: int) -> dict[str, str]:
        html = self.open("/contact/")
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', html))
        return {**message_post(name=f"Sample {number}"), **hidden}

    def open(self, path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.url + path, data)  # noqa: S310
        with self.opener.open(request, timeout=10) as response:
            return response.read().decode()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.delay = 0.02
    mailbox.open()
    yield mailbox
    mailbox.close()


@pytest.fixture
def site(tmp_path: Path, mailbox: Mailbox) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path, mailbox)
    site.prepare()
    site.start("web")
    site.start("mail")
    site.wait_until_up()
    yield site
    site.stop()


def send_all(
    site: RunningSite, numbers: range, *, clients: int = 4, seconds: float = 0
) -> list[str]:
    """Send from several clients at once, spread over some seconds; the acknowledged references."""
    pause = seconds * clients / len(numbers)
    acknowledged: list[str] = []
    failures: list[BaseException] = []

    def work(mine: list[int]) -> None:
        try:
            sender = Sender(site.url)
            for number in mine:
                acknowledged.append(sender.send(number))
                time.sleep(pause)
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(list(numbers)[i::clients],)) for i in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    return acknowledged


def kill_things(site: RunningSite, kinds: list[str]) -> None:
    """Kill one after the other; what was killed is started again."""
    for kind in kinds:
        time.sleep(KILL_EVERY_SECONDS)
        if kind == "worker":
            site.kill_one_web_worker()
        else:
            site.kill(kind)
            site.start(kind)


def wait_until_delivered(site: RunningSite, *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    waiting = "SELECT count(*) FROM referrals_notification WHERE state <> 'sent'"
    while site.rows(waiting) != [(0,)]:
        assert time.monotonic() < deadline, site.rows(
            "SELECT state, last_error FROM referrals_notification WHERE state <> 'sent'"
        )
        time.sleep(0.5)


def references(site: RunningSite) -> set[str]:
    return {str(row[0]) for row in site.rows("SELECT reference FROM referrals_enquiry")}


def mailed(mailbox: Mailbox) -> set[str]:
    to_rooms = [m["Subject"] for m in mailbox.messages if m["Subject"].startswith("New ")]
    return {subject.split()[2] for subject in to_rooms}


def report(title: str, **numbers: object) -> None:
    print(f"\n{title}: " + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in numbers.items()))


def test_nothing_acknowledged_is_lost_when_processes_are_killed(site, mailbox):
    kinds = ["worker"] * WORKER_KILLS + ["web"] * WEB_KILLS + ["mail"] * MAIL_KILLS
    random.Random(SEED).shuffle(kinds)  # noqa: S311
    killer = threading.Thread(target=kill_things, args=(site, kinds))
    killer.start()
    acknowledged = send_all(site, range(SUBMISSIONS), seconds=len(kinds) * KILL_EVERY_SECONDS)
    killer.join()
    wait_until_delivered(site)
    stored, counts = references(site), mailbox.message_ids()
    duplicates = sum(count - 1 for count in counts.values())
    report(
        "kill -9",
        acknowledged=len(acknowledged),
        stored=len(stored),
        delivered=len(mailed(mailbox)),
        kills=len(kinds),
        duplicate_mails=duplicates,
    )
    assert len(set(acknowledged)) == SUBMISSIONS
    assert set(acknowledged) == stored == mailed(mailbox)
    assert len(counts) == SUBMISSIONS  # a mail sent twice keeps its Message-ID
    assert duplicates <= MAIL_KILLS


def test_mail_goes_out_when_the_mail_server_is_back(site, mailbox):
    mailbox.close()
    acknowledged = send_all(site, range(10))
    time.sleep(3)
    assert mailbox.messages == []
    mailbox.open()
    wait_until_delivered(site)
    report("SMTP down", acknowledged=len(acknowledged), delivered=len(mailed(mailbox)))
    assert set(acknowledged) == mailed(mailbox)


def test_a_greylisting_server_gets_its_mail_later(site, mailbox):
    mailbox.answers = ["451 try later"] * 3
    acknowledged = send_all(site, range(3))
    wait_until_delivered(site)
    assert set(acknowledged) == mailed(mailbox)


def test_a_mail_process_asked_to_end_finishes_the_mail_in_hand(site, mailbox):
    mailbox.delay = 1.0
    send_all(site, range(1))
    while not mailbox.messages:
        time.sleep(0.05)
    site.processes["mail"].terminate()
    assert site.processes["mail"].wait(timeout=10) == 0
    assert site.rows("SELECT state FROM referrals_notification") == [("sent",)]
