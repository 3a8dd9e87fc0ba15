"""The mail process is killed while it purges: each enquiry is there whole, or gone whole; and at
the end nothing of those that went is found anywhere, and mail goes on."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import SHORT
from tests.faults.old_enquiries import CANARY
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
ENQUIRIES = 12 if SHORT else 60
KILLS = 3 if SHORT else 15
PATIENCE = 120
TABLES = {
    "referrals_referral": "enquiry_ptr_id",
    "referrals_event": "enquiry_id",
    "referrals_attachment": "enquiry_id",
    "referrals_notification": "enquiry_id",
    "referrals_personindex": "enquiry_id",
}
SECRET = re.compile(r"gAAAA[\w=-]{20,}|\b[0-9a-f]{32,64}\b")


@pytest.fixture
def site(tmp_path: Path, mailbox) -> Iterator[RunningSite]:
    """Without mail so far, and with mails as files, which are found where they lie."""
    site = RunningSite(tmp_path, mailbox, EMAIL_URL="filemail://")
    site.prepare()
    site.manage("shell", "-c", f"from tests.faults.old_enquiries import fill; fill({ENQUIRIES})")
    yield site
    site.stop()


def keys(site: RunningSite, table: str, column: str) -> set[int]:
    return {int(str(key)) for (key,) in site.rows(f"SELECT DISTINCT {column} FROM {table}")}


def erased(site: RunningSite) -> set[int]:
    return keys(site, "referrals_tombstone", "number")


def lying(site: RunningSite) -> set[str]:
    private = site.folder / "var" / "private"
    return {path.name for path in private.rglob("*-*-*-*-*") if path.is_file()}


def names(site: RunningSite) -> dict[str, int]:
    rows = site.rows("SELECT id, enquiry_id FROM referrals_attachment")
    return {str(name).replace("-", ""): int(str(pk)) for name, pk in rows}


def secrets_in(site: RunningSite, pks: set[int]) -> set[str]:
    """Every sealed value, digest and token in the rows of these enquiries."""
    found = set()
    for table, column in {**TABLES, "referrals_enquiry": "id"}.items():
        for row in site.rows(f"SELECT * FROM {table}"):
            columns = column_names(site, table)
            facts = dict(zip(columns, row, strict=True))
            if facts[column] in pks:
                found |= {one for value in row for one in SECRET.findall(str(value))}
    return found


def column_names(site: RunningSite, table: str) -> list[str]:
    with_names = site.connect()
    cursor = with_names.cursor()
    cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")
    found = [str(one[0]) for one in cursor.description]
    with_names.close()
    return found


def is_whole(site: RunningSite, letters: dict[str, int], all_pks: set[int]) -> None:
    """Each is there with all that belongs to it, or has a tombstone and no row at all."""
    gone, there = erased(site), keys(site, "referrals_enquiry", "id")
    assert gone | there == all_pks
    assert not gone & there
    for table, column in TABLES.items():
        assert keys(site, table, column) == there, table
    on_disk = {name.replace("-", "") for name in lying(site)}
    assert {name for name, pk in letters.items() if pk in there} <= on_disk


def wait_for_more(site: RunningSite, before: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(erased(site)) <= before and len(erased(site)) < ENQUIRIES:
        assert time.monotonic() < deadline, site.log_path.read_text()[-3000:]
        time.sleep(0.02)


def wait_until_done(site: RunningSite) -> None:
    deadline = time.monotonic() + PATIENCE
    left = "SELECT count(*) FROM referrals_leftover"
    while len(erased(site)) < ENQUIRIES or site.rows(left) != [(0,)]:
        assert time.monotonic() < deadline, site.log_path.read_text()[-3000:]
        time.sleep(0.5)


def everything(site: RunningSite) -> bytes:
    """All tables as they are read; the database's file with its log, if it has one; all files."""
    names_of_tables = [
        str(name)
        for (name,) in site.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if site.database_url.startswith("sqlite")
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    ]
    rows = [repr(site.rows(f'SELECT * FROM "{name}"')).encode() for name in names_of_tables]
    files = [path for path in (site.folder / "var").rglob("*") if path.is_file()]
    return b"".join([*rows, site.traces(), *(p.name.encode() + p.read_bytes() for p in files)])


def test_a_purge_that_is_killed_is_all_or_nothing_and_leaves_nothing(site, report):
    all_pks, letters = keys(site, "referrals_enquiry", "id"), names(site)
    child = max(all_pks)
    secrets = secrets_in(site, all_pks - {child}) - secrets_in(site, {child})
    found_before = everything(site)
    assert len(secrets) > 20 * ENQUIRIES
    assert all(secret.encode() in found_before for secret in secrets)
    for _ in range(KILLS):
        before = len(erased(site))
        site.start("mail")
        wait_for_more(site, before)
        site.kill("mail")
        is_whole(site, letters, all_pks)
    site.start("mail")
    wait_until_done(site)
    is_whole(site, letters, all_pks)
    assert keys(site, "referrals_enquiry", "id") == {child}
    assert {name.replace("-", "") for name in lying(site)} == {
        name for name, pk in letters.items() if pk == child
    }
    mail_goes_on(site)
    site.processes["mail"].terminate()
    site.processes["mail"].wait(timeout=60)
    site.manage("reconcile")
    now = everything(site)
    assert [secret for secret in secrets if secret.encode() in now] == []
    assert CANARY.encode() not in now
    report("kill -9 of the mail process while it purges", stored=1, interrupted=KILLS)


def mail_goes_on(site: RunningSite) -> None:
    site.manage("shell", "-c", "from referrals.mail.outbox import send_test; send_test()")
    deadline = time.monotonic() + PATIENCE
    sent = "SELECT count(*) FROM referrals_notification WHERE kind = 'test' AND state = 'sent'"
    while site.rows(sent) == [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
