"""The database server dies and its replica takes over: nothing that was acknowledged is lost."""

import os
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.faults.conftest import SHORT
from tests.faults.senders import Crowd, mailed, references, wait_until_delivered
from tests.postgres_pair import Pair, programs
from tests.running_site import RunningSite, server_url

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not server_url(), reason="asks a PostgreSQL server"),
]
SUBMISSIONS = 40 if SHORT else 500
WITHOUT_A_PRIMARY = 3.0  # seconds until the replica is told to take over
AS_BEFORE = 15.0  # seconds until a form is stored again, on a busy machine too


@pytest.fixture
def pair():
    if (found := programs()) is None:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("PostgreSQL is missing")
        pytest.skip("needs PostgreSQL: apt install postgresql")
    with tempfile.TemporaryDirectory(prefix="pair-", ignore_cleanup_errors=True) as top:
        Path(top).chmod(0o755)  # another user runs the servers
        pair = Pair(Path(top) / "servers", found)
        try:
            pair.start()
            yield pair
        finally:
            pair.stop()


@pytest.fixture
def site(pair, tmp_path, mailbox):
    site = RunningSite(tmp_path, mailbox, database_url=pair.url, TRUSTED_PROXIES="127.0.0.1")
    site.make()
    site.start("web")
    site.start("mail")
    site.wait_until_up()
    yield site
    site.stop()


def read(site, path="/"):
    with urllib.request.urlopen(site.url + path, timeout=15) as answer:  # noqa: S310
        return answer.status, answer.read()


def test_a_replica_takes_over_and_nothing_acknowledged_is_lost(site, pair, report):
    crowd, seen = Crowd(site), {}
    page = read(site)

    def fail_over():
        pair.lose_the_primary()
        seen["meanwhile"] = read(site)
        time.sleep(WITHOUT_A_PRIMARY)
        before, began = len(crowd.acknowledged), time.monotonic()
        pair.promote_the_replica()
        while len(crowd.acknowledged) == before:
            time.sleep(0.05)
        seen["stored again after"] = time.monotonic() - began

    failing = threading.Timer(6.0, fail_over)
    failing.start()
    acknowledged = crowd.send(range(SUBMISSIONS), letters=True, seconds=14 if SHORT else 90)
    failing.join()
    wait_until_delivered(site)
    stored, told = references(site), mailed(site.mailbox)
    numbers = {"acknowledged": acknowledged, "stored": stored, "delivered": told}
    report("primary killed, replica promoted", **{k: len(v) for k, v in numbers.items()})
    assert seen["meanwhile"] == page == read(site)
    assert len(set(acknowledged)) == SUBMISSIONS
    assert set(acknowledged) == stored == told
    assert seen["stored again after"] < AS_BEFORE
