"""A site on several machines: nodes, database and store die one after the other while referrals
with letters come in, and two web nodes carry nearly twice what one does."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests import conftest
from tests.faults.conftest import SHORT
from tests.faults.hosts import NET, OUTSIDE, hosts
from tests.faults.on_hosts import NAMES, WEB, Line, SiteOnHosts, require_all
from tests.faults.people_at_the_door import People, Person, Try
from tests.faults.senders import (
    PATIENCE_WITH_FORMS,
    RECEIPT,
    REFERENCE,
    duplicates,
    mailed,
    references,
    wait_until_delivered,
)
from tests.faults.test_store_away import ASKS, digest_of_letter
from tests.makers import PATIENT
from tests.postgres_pair import Pair
from tests.running_site import ROOT, Mailbox

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(SHORT, reason="takes minutes: in the long form alone"),
]
REFERRALS = int(os.environ.get("REFERRALS", "500"))
IS_SMALL = REFERRALS < 100  # for whoever works on this file
WITHOUT_A_NODE = 8.0 if IS_SMALL else 30.0  # seconds, and so are these
WITHOUT_A_PRIMARY = 3.0
WITHOUT_THE_STORE = 8.0 if IS_SMALL else 60.0
LONGEST_WAIT = 40.0  # for an answer of any kind, from a machine that died without a word
OF_THE_DOOR = (ROOT / "deploy/pages/502.html").read_text()
FORM_COMES_BACK = {503, 507}
PAGES = ("/", "/team/", "/glossary/", "/recovery/", "/refer/", "/contact/")
MEASURED = {"pages": 4000, "searches": 240, "forms": 120}  # of each, three times
ROUNDS = 3
TWO_CARRY = 1.8  # times what one carries


@pytest.fixture(scope="module")
def site() -> Iterator[SiteOnHosts]:
    found = require_all()
    top = tempfile.TemporaryDirectory(prefix="hosts-", ignore_cleanup_errors=True)
    with top as folder, hosts(*NAMES) as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(conftest, "THIS_MACHINE", (*conftest.THIS_MACHINE, f"{NET}."))
        Path(folder).chmod(0o755)  # another user runs the database servers
        mailbox = Mailbox()
        mailbox.host, mailbox.delay = OUTSIDE, 0.02
        mailbox.open()
        pair = Pair(Path(folder) / "servers", found)
        for name, host in (("one", made["db-one"]), ("two", made["db-two"])):
            pair.addresses[name], pair.inside[name] = host.address, host.inside
        site = SiteOnHosts(Path(folder), made, mailbox, pair)
        try:
            pair.start()
            site.start()
            yield site
        finally:
            site.stop()
            mailbox.close()


@dataclass
class Deaths:
    """What dies while people send, one after the other, and when it had come back."""

    site: SiteOnHosts
    people: People
    began: float = field(default_factory=time.monotonic)
    said: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        try:
            for share, dies in ((0.1, self.nodes), (0.3, self.primary), (0.5, self.store)):
                while len(self.people.acknowledged) < share * REFERRALS:
                    time.sleep(0.05)
                dies()
        except BaseException as error:
            self.failures.append(error)

    def nodes(self) -> None:
        """A web node and a mail node; both come back."""
        hosts, dying = self.site.hosts, ("web-one", "mail-one")
        self.tell("a web node and a mail node died")
        for name in dying:
            hosts[name].cut()
        time.sleep(WITHOUT_A_NODE)
        for name in dying:
            hosts[name].plug_in()
            self.site.start_node(name)
        self.site.wait_for("web-one")
        self.tell("they are back")

    def primary(self) -> None:
        self.tell("the primary died")
        self.site.hosts["db-one"].cut()
        time.sleep(WITHOUT_A_PRIMARY)
        self.site.pair.promote_the_replica()
        self.tell("the replica takes over")
        before = len(self.people.acknowledged)
        while len(self.people.acknowledged) < min(before + 8, REFERRALS):
            time.sleep(0.05)
        self.tell("eight more are stored")

    def store(self) -> None:
        self.tell("the store died")
        self.site.hosts["store"].cut()
        self.site.store.stop()
        time.sleep(WITHOUT_THE_STORE)
        self.site.hosts["store"].plug_in()
        self.site.store.start()
        self.tell("it is back")

    def tell(self, what: str) -> None:
        told = len(self.people.acknowledged)
        self.said.append(f"{time.monotonic() - self.began:.1f} s, {told} receipts: {what}")


def letters_read_on(site: SiteOnHosts, name: str) -> list[str]:
    """The SHA-256 of each letter, as a process on this node reads it; each is that of its row."""
    command = [*site.hosts[name].inside, sys.executable, "manage.py", "shell", "-c", ASKS]
    environment = site.sites[name].environment
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout.partition("READ ")[2]).values()
    assert all(kept == came for kept, came in read)
    return sorted(came for _, came in read)


def test_nodes_database_and_store_die_and_nothing_acknowledged_is_lost(site, report):
    people = People(site)
    deaths = Deaths(site, people)
    dying = threading.Thread(target=deaths.run, daemon=True)
    dying.start()
    acknowledged = people.send(range(REFERRALS), letters=True, seconds=20 if IS_SMALL else 240)
    dying.join()
    print_what_came(people, deaths)
    wait_until_delivered(site.any, seconds=600)
    stored, told = references(site.any), mailed(site.mailbox)
    numbers = {"acknowledged": acknowledged, "stored": stored, "delivered": told}
    counts = {name: len(found) for name, found in numbers.items()}
    twice, what = duplicates(site.mailbox), "several machines: node, database, store"
    report(f"{what} (all on PostgreSQL)", **counts, interrupted=1, mails_twice=twice)
    assert deaths.failures == []
    assert len(set(acknowledged)) == REFERRALS
    assert set(acknowledged) == stored == told
    assert every_reference_in(site.mailbox) == stored
    sent = sorted(map(digest_of_letter, range(REFERRALS)))
    assert [letters_read_on(site, name) == sent for name in WEB] == [True, True]
    assert_nothing_typed_was_lost(people.refused())
    assert max(one.seconds for person in people.people for one in person.tries) < LONGEST_WAIT


def every_reference_in(mailbox: Mailbox) -> set[str]:
    subjects = [str(message["Subject"]) for message in mailbox.messages]
    return {found[0] for found in map(REFERENCE.search, subjects) if found}


def assert_nothing_typed_was_lost(refused: list[Try]) -> None:
    """The site gave the form back with what stood in it. Where none of it was reached, the page
    says what to do, and the browser has the form still."""
    for one in refused:
        if one.status and one.page != OF_THE_DOOR:
            assert one.status in FORM_COMES_BACK, (one.status, one.page[-2000:])
            assert PATIENT in one.page


def print_what_came(people: People, deaths: Deaths) -> None:
    print("", *deaths.said, sep="\n")
    tries = [one for person in people.people for one in person.tries]
    by_kind = Counter(
        f"{one.status}{' (page of nginx or HAProxy)' if one.page == OF_THE_DOOR else ''}"
        for one in people.refused()
    )
    print(f"tries: {len(tries)}, refused: {dict(by_kind)}")
    print(f"longest waits: {sorted((round(one.seconds, 1) for one in tries), reverse=True)[:8]}")


def read_all(site: SiteOnHosts, paths: list[str]) -> None:
    """By two readers who keep their lines, so that the nodes are busy: what each does by itself
    each second, as answering HAProxy whether it is well, is then little beside it."""

    def read(mine: list[str], number: int) -> None:
        address = Person(site, number).address
        trusted, door = site.tls / "fullchain.pem", site.hosts["door"].address
        with closing(Line(door, trusted, address, timeout=60)) as line:
            for path in mine:
                line.request("GET", path)
                answer = line.getresponse()
                assert (answer.status, bool(answer.read())) == (200, True), path

    with ThreadPoolExecutor(2) as readers:
        list(readers.map(read, (paths[::2], paths[1::2]), (600, 601)))


def read_pages(site: SiteOnHosts, count: int) -> None:
    """As nginx keeps them, where it does. In no order: by turns, each node would get its own."""
    read_all(site, Random(1).choices(PAGES, k=count))  # noqa: S311


def search(site: SiteOnHosts, count: int) -> None:
    """Pages that are made for each reader."""
    read_all(site, [f"/search/?q=pain+{number}" for number in range(count)])


def send_forms(site: SiteOnHosts, count: int) -> None:
    """Each is opened, sent and acknowledged."""
    filled = [
        (person, person.message()) for person in (Person(site, 700 + n) for n in range(count))
    ]
    time.sleep(PATIENCE_WITH_FORMS)
    for person, form in filled:
        assert RECEIPT.search(person.open(form.path, form))


DOES = {"pages": read_pages, "searches": search, "forms": send_forms}


def used_for(does: Callable[[], None], site: SiteOnHosts, *nodes: str) -> Counter[str]:
    """Processor seconds of each host while HAProxy asks these nodes alone."""
    site.let_serve(*nodes)
    before = {name: host.used() for name, host in site.hosts.items()}
    does()
    return Counter({name: host.used() - before[name] for name, host in site.hosts.items()})


@pytest.mark.parametrize("what", DOES)
def test_two_web_nodes_carry_nearly_twice_what_one_does(site, what):
    """By processor time: of the same requests the busier of two nodes has little more than half of
    the work. What the machines behind them do is printed, as they are shared."""

    def does() -> None:
        DOES[what](site, MEASURED[what])

    for name in WEB:
        used_for(does, site, name)  # each has made, packed and kept what it may
    alone, together = Counter[str](), Counter[str]()
    for _ in range(ROUNDS):
        alone += used_for(does, site, WEB[0])
        together += used_for(does, site, *WEB)
    carried = alone[WEB[0]] / max(together[name] for name in WEB)
    print(f"\n{what}: two nodes carry {carried:.2f} times what one does; milliseconds for each:")
    for nodes, used in (("one node", alone), ("two nodes", together)):
        each = {name: round(1000 * used[name] / ROUNDS / MEASURED[what], 2) for name in NAMES}
        print(f"  {nodes}: {each}")
    assert carried >= TWO_CARRY
