"""What growth costs: `python -m benchmarks.growth [pages|enquiries|text]`.

Pages 36 → 5,000 (a page, the search), enquiries 1,000 → 100,000 (list, submit), a text eight times
as long. In process, on a throw-away database of DATABASE_URL; processor time, which other work on
the machine disturbs least. What is kept between requests is kept here too.
"""

import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

from benchmarks.__main__ import prepare
from benchmarks.rounds import bars

PAGES, ENQUIRIES = (500, 3_000) if bars.SHORT else (5_000, 100_000)
FEW_ENQUIRIES = 1_000
RUNS = 5 if bars.SHORT else 15
ROUNDS, SECONDS = (2, 0.3) if bars.SHORT else (5, 1.0)
PATH = "/treatments/minimally-invasive-fusion/"
ASKED = ["driving", "how long off work", "screw came loose", "injection", "fuson recovery"]
ASKED += ["pregnancy pain", "what does it cost", "sij", "physiotherapst", "sleeping on my side"]
TEXT = "<p>" + "A short sentence about the joint at the back of the pelvis. " * 12 + "</p>"
BLOCKS = 12

_enquiries: dict[int, tuple[list[float], list[float]]] = {}  # times, by how many there are


def main() -> None:
    prepare()
    bars.say_where()
    parts = {"pages": [pages], "enquiries": [few_enquiries, enquiries], "text": [longer_text]}
    for name in sys.argv[1:] or parts:
        for part in parts[name]:
            on_new_database(part)
    if "text" in (sys.argv[1:] or parts):
        longer_text_as_served()
    bars.end()


def on_new_database(part: Callable[[], None]) -> None:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.test import utils

    if not hasattr(utils._TestState, "saved_data"):
        utils.setup_test_environment()
    database = connection.creation.create_test_db(verbosity=0)
    try:
        part()
    finally:
        connection.creation.destroy_test_db(database, verbosity=0)
        BaseDatabaseWrapper.close(connection)  # SQLite's own keeps what is in memory


def milliseconds(action: Callable[[], Any], runs: int = RUNS) -> list[float]:
    """Of the processor, each time; the first, which fills what is kept, counts for none."""
    action()
    times = []
    for _ in range(runs):
        began = time.process_time()
        action()
        times.append((time.process_time() - began) * 1000)
    return times


def compare(name: str, few: list[float], many: list[float], *, most: float) -> None:
    before, after = statistics.median(few), statistics.median(many)
    print(f"{name}: {before:.2f} ms, then {after:.2f} ms (processor, medians)")
    bars.bar(f"{name}, grown ÷ small", [time / before for time in many], most=most)


# --- Pages ----------------------------------------------------------------------------------


def pages() -> None:
    from django.test import Client

    from conditions.models import Publication
    from conditions.publishing.starter_files import load_all
    from tests.makers import make_clinic

    make_clinic()
    load_all()
    client, number = Client(), Publication.objects.live().count()
    before = page_and_searches(client)
    add_pages(PAGES - number)
    print(f"{number} pages, then {Publication.objects.live().count():,}")
    after = page_and_searches(client)
    compare("a page, more pages", before[0], after[0], most=1.2)
    compare("a search, more pages", before[1], after[1], most=3)
    bars.bar("a search, more pages", after[1], most=15, unit=" ms")
    print(f"the process grew by {before[2]:.0f} MB, then by {after[2]:.0f} MB, while it searched")


def page_and_searches(client: Any) -> tuple[list[float], list[float], float]:
    """Processor times of one page and of the searches, each asked before; then how many MB the
    process grew by. Rows are made before: the database of a benchmark is in memory, too."""
    import os

    from benchmarks.rounds.processes import memory_megabytes
    from conditions.search.find import search
    from conditions.search.site import rows

    rows.fill()
    memory = memory_megabytes([os.getpid()])
    page = milliseconds(lambda: client.get(PATH))
    searches = [
        statistics.median(milliseconds(lambda q=query: search(q, emergency_number="000"), 3))
        for query in ASKED
    ]
    return page, searches, memory_megabytes([os.getpid()]) - memory


def add_pages(number: int) -> None:
    """Published copies of the pages that are there, each with a title and an address of its own.
    They are of no stage: a menu names each page of a stage, and nobody would fill it with
    thousands."""
    from django.db import connection, transaction

    from conditions.models import Page, Publication
    from conditions.publishing.verbs import digest
    from conditions.search import find

    originals = list(Publication.objects.live().exclude(section="site"))
    with transaction.atomic():
        for place, one in zip(range(number), cycle(originals), strict=False):
            title, slug = f"{one.payload['title']} {place}"[:100], f"copy-{place}"
            payload = {**one.payload, "title": title, "slug": slug, "stage": ""}
            page = Page.objects.create(
                section=one.section,
                slug=slug,
                title=title,
                menu_title=one.menu_title,
                lead=one.payload.get("lead", ""),
                ordering=one.ordering,
            )
            one.pk, one.page, one.slug, one.payload, one.stage = None, page, slug, payload, ""
            one.sha256, one._state.adding = digest(payload), True
            one.save()
            find.add(one)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- Enquiries ------------------------------------------------------------------------------


def few_enquiries() -> None:
    filled_with(FEW_ENQUIRIES)


def enquiries() -> None:
    """After `few_enquiries`, on a database of its own: both have as many open ones."""
    filled_with(ENQUIRIES)
    few, many = _enquiries[FEW_ENQUIRIES], _enquiries[ENQUIRIES]
    compare("the list, more enquiries", few[0], many[0], most=1.2)
    compare("a referral, more enquiries", few[1], many[1], most=1.2)


def filled_with(number: int) -> None:
    from benchmarks import inbox

    inbox.OPEN = FEW_ENQUIRIES // 5
    inbox.fill(number)
    _enquiries[number] = list_and_submit()


def list_and_submit() -> tuple[list[float], list[float]]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from tests.makers import make_user, referral_post, signed_in

    user = get_user_model().objects.filter(username="bench").first()
    staff = signed_in(Client(), user or make_user(is_superuser=True, username="bench"))
    sender = Client()

    def submit() -> None:
        answer = sender.post("/refer/", referral_post())
        if answer.status_code != 302:
            raise RuntimeError(f"the referral was not taken: {answer.status_code}")

    return milliseconds(lambda: staff.get("/admin/referrals/enquiry/")), milliseconds(submit)


# --- Text -----------------------------------------------------------------------------------


def longer_text() -> None:
    from django.test import Client

    from tests.makers import make_clinic

    make_clinic()
    client = Client()
    few, many = (milliseconds(lambda a=address: client.get(a)) for address in two_pages())
    compare("an uncached page, text × 8", few, many, most=2)


def two_pages() -> list[str]:
    """Addresses of two published pages, the second with eight times the text of the first."""
    from conditions.publishing.verbs import publish_starter
    from tests import makers

    addresses = []
    for slug, times in (("one", 1), ("eight", 8)):
        page = makers.make_page(slug=slug, title=f"Page {slug}", words="")
        for place in range(BLOCKS * times):
            makers.add_block(page, "prose", ordering=10 + place, html=TEXT)
        publish_starter(page=page)
        addresses.append(page.get_absolute_url())
    return addresses


def longer_text_as_served() -> None:
    """By a running site with all that it keeps, packed as a browser takes it."""
    from benchmarks.rounds import sites

    with sites.our_site() as site:
        site.manage("shell", "-c", "from benchmarks.growth import two_pages; two_pages()")
        targets = [sites.target_of(site, p, f"/conditions/{p}/") for p in ("one", "eight")]
        for target in targets:
            target.ask(seconds=0.3, coding="br")
        rounds = [
            [target.ask(seconds=SECONDS, coding="br").processor for target in targets]
            for _ in range(ROUNDS)
        ]
    ratios = [many / few for few, many in rounds]
    bars.bar("a page as served, text × 8, grown ÷ small", ratios, most=1.1)


if __name__ == "__main__":
    main()
