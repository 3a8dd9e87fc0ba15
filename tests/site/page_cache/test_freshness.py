"""Whatever a public page says, a change of it is seen: by rows, by the clock, by a file's time."""

import re
import zoneinfo
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site.models import Clinic, Clinician, Closure, Location, OpeningHours
from clinic_site.page_cache.freshness import (
    Freshness,
    State,
    asked,
    changed_at,
    path_of_file,
    tell_of_change,
)
from clinic_site.page_cache.layer import PageCache
from clinic_site.web.odd_headers import TolerantHandler
from conditions.models import Publication
from conditions.prepared import menu
from conditions.publishing.reviewing import sign
from conditions.publishing.verbs import publish, redact, withdraw
from conditions.showing.what_is_live import Coming, Rows, what_is_live
from referrals.retention.rules import sign as sign_rule
from tests.environment import CLINIC_ZONE
from tests.makers import make_page, make_user, rooms_today
from tests.referrals.retention.conftest import PROPOSED
from tests.site.page_cache.asking import Clock, ask
from tests.site.page_cache.test_with_django import BESIDE_PAGES, LISTS

pytestmark = pytest.mark.django_db
TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')
FILE = str(path_of_file())
FOLLOWS_FROM_PUBLICATIONS = {"conditions_preparedpage"}
SEEN_BY_TWO = [(Location, "ordering")]
FIELDS = [
    (model, field.name)
    for model in (Clinic, Location, OpeningHours, Closure, Clinician)
    for field in model._meta.fields
    if not field.primary_key and not field.is_relation and (model, field.name) not in SEEN_BY_TWO
]


def tables_read(action):
    with CaptureQueriesContext(connection) as questions:
        action()
    return {name for one in questions for name in TABLES.findall(one["sql"])}


@pytest.mark.usefixtures("starter_pages")
def test_each_table_that_a_public_page_reads_is_asked_for_changes():
    site = TolerantHandler()
    pages = [page.get_absolute_url() for page in Publication.objects.live()]
    of_freshness = tables_read(asked)

    def crawl():
        for address in [*pages, *BESIDE_PAGES, *LISTS]:
            assert ask(site, address).status == 200

    assert tables_read(crawl) - FOLLOWS_FROM_PUBLICATIONS <= of_freshness


@pytest.fixture
def rooms():
    """One clinician, one closure ahead, and hours on each day."""
    clinic = Clinic.current()
    place = clinic.locations.get()
    today = rooms_today()
    clinic.closures.create(first_day=today, last_day=today + timedelta(days=1), reason="Sample")
    place.hours.all().delete()
    place.hours.create(weekday=0, opens=time(9), closes=time(17))


def another(value):
    """Of the same kind, and not the same."""
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, time):
        return value.replace(minute=value.minute + 1)
    if hasattr(value, "toordinal"):
        return value + timedelta(days=1)
    if value is None:
        return timezone.localdate()
    return "Pacific/Auckland" if "/" in str(value) else f"{value}1"[-7:]


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_each_field_of_the_clinic_is_seen(model, field):
    before = asked()
    row = model.objects.first()
    if field == "first_day":
        model.objects.update(last_day=row.last_day + timedelta(days=2))
        before = asked()
    if field == "after_hours_words":
        model.objects.update(after_hours_telephone="(02) 5550 9999")
        before = asked()
    model.objects.filter(pk=row.pk).update(**{field: another(getattr(row, field))})
    assert asked() != before


@pytest.mark.usefixtures("rooms")
def test_the_order_of_places_is_seen():
    first = Location.objects.get()
    Location.objects.create(clinic=first.clinic, name="Second", address="2 Sample St", ordering=5)
    before = asked()
    Location.objects.filter(pk=first.pk).update(ordering=9)
    assert asked() != before


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize("model", [Location, OpeningHours, Closure, Clinician])
def test_a_row_that_goes_is_seen(model):
    before = asked()
    model.objects.all().delete()
    assert asked() != before


@pytest.mark.parametrize("verb", ["publish", "withdraw", "redact", "sign", "rule"])
def test_each_verb_that_changes_a_page_is_seen(verb):
    robin, page = make_user("conditions.sign_review", is_superuser=True), make_page()
    publication = publish(page=page, by=robin)
    verbs = {
        "publish": lambda: publish(page=make_page(slug="another"), by=robin),
        "withdraw": lambda: withdraw(page=page, by=robin),
        "redact": lambda: redact(publication=publication, by=robin, reason="A sample name."),
        "sign": lambda: sign(page=page, by=robin),
        "rule": lambda: sign_rule(amounts=PROPOSED, by=robin),
    }
    before = asked()
    assert asked() == before
    verbs[verb]()
    assert asked() != before


def test_a_scheduled_page_is_seen_when_its_time_has_come():
    at = timezone.now() + timedelta(hours=1)
    publish(page=make_page(), by=make_user(is_superuser=True), at=at)
    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        waiting = what_is_live()
        assert what_is_live() == waiting
    with time_machine.travel(at, tick=False):
        assert what_is_live() != waiting


def test_a_database_with_fewer_rows_is_looked_at_anew(monkeypatch):
    monkeypatch.setattr(Coming, "rows", Rows(10**6, 10**6))
    monkeypatch.setattr(Coming, "moments", set())
    at = timezone.now() + timedelta(hours=1)
    publish(page=make_page(), by=make_user(is_superuser=True), at=at)
    what_is_live()
    assert Coming.moments == {at}


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(
    ("moment", "what"),
    [
        ("2031-06-02 09:00", "it opens"),
        ("2031-06-02 16:45", "it closes soon"),
        ("2031-06-02 17:00", "it closes"),
        ("2031-06-03 00:00", "another day"),
        ("2031-07-01 00:00", "a closure begins"),
        ("2031-07-03 00:00", "a closure is over"),
    ],
)
def test_what_the_clock_changes_is_seen(moment, what):
    closed = Closure.objects.get()
    Closure.objects.filter(pk=closed.pk).update(first_day="2031-07-01", last_day="2031-07-02")
    perth = zoneinfo.ZoneInfo(CLINIC_ZONE)
    Location.objects.update(time_zone=CLINIC_ZONE)
    at = datetime.fromisoformat(moment).replace(tzinfo=perth)
    seen = []
    for second in (-2, -1, 0, 1):
        with time_machine.travel(at + timedelta(seconds=second), tick=False):
            seen.append(asked())
    assert seen[0] == seen[1] != seen[2] == seen[3], what


@pytest.mark.usefixtures("rooms")
def test_a_minute_of_a_night_changes_no_page_that_is_kept():
    night = datetime(2031, 6, 2, 22, tzinfo=zoneinfo.ZoneInfo(CLINIC_ZONE))
    seen = []
    for minutes in range(3):
        with time_machine.travel(night + timedelta(minutes=minutes), tick=False):
            seen.append(asked())
    assert seen[0] == seen[1] == seen[2]


def test_the_database_is_asked_once_a_second_at_most(counted):
    clock, freshness = counted
    for _ in range(100):
        freshness.now()
    assert freshness.times == 1
    clock.moment += 1
    for _ in range(100):
        freshness.now()
    assert freshness.times == 2


def test_a_told_change_is_asked_for_at_once(counted):
    _, freshness = counted
    freshness.now()
    tell_of_change()
    freshness.now()
    freshness.now()
    assert freshness.times == 2


def test_two_changes_within_a_tick_of_the_disk_are_two():
    seen = set()
    for _ in range(20):
        tell_of_change()
        seen.add(changed_at(FILE))
    assert len(seen) == 20


def test_a_database_that_is_away_is_said_and_forgotten(counted, monkeypatch):
    clock, freshness = counted
    version = freshness.now().version
    monkeypatch.setattr(settings, "PAGES_READ", [f"{__name__}.gone"])
    clock.moment += 1
    assert freshness.now() == State(version, is_away=True)
    monkeypatch.undo()
    clock.moment += 1
    assert freshness.now() == State(version, is_away=False)


def gone():
    raise OperationalError("gone")


def test_a_fault_of_ours_costs_speed_and_no_page(counted, monkeypatch):
    clock, freshness = counted
    version = freshness.now().version
    monkeypatch.setattr(settings, "PAGES_READ", [f"{__name__}.broken"])
    clock.moment += 1
    assert freshness.now() == State(version + 1, is_away=False)


def broken():
    raise ZeroDivisionError


@pytest.fixture
def counted(monkeypatch):
    """A clock and a freshness that counts how often it asked; nothing was told before."""
    clock = Clock()
    freshness = Freshness(clock)
    freshness.times = 0

    def counting():
        freshness.times += 1
        return asked()

    monkeypatch.setattr("clinic_site.page_cache.freshness.asked", counting)
    return clock, freshness


def test_what_staff_save_is_read_in_the_next_moment():
    cache = PageCache(TolerantHandler(), limit=16_000_000, clock=Clock())
    ask(cache, "/conditions/")
    told = changed_at(FILE)
    assert b"(02) 5550 7777" not in ask(cache, "/conditions/").body
    Clinic.objects.update(telephone="(02) 5550 7777")
    assert b"(02) 5550 7777" not in ask(cache, "/conditions/").body
    ask(cache, "/admin/account/login/", method="POST", HTTP_COOKIE="a=b")
    assert changed_at(FILE) > told
    assert b"(02) 5550 7777" in ask(cache, "/conditions/").body


def test_a_page_that_is_made_after_a_change_has_no_menu_from_before_it(monkeypatch):
    """Another process publishes: here the menu is in memory, and may be so for a second."""
    cache, robin = PageCache(TolerantHandler(), limit=16_000_000), make_user(is_superuser=True)
    monkeypatch.setattr("clinic_site.page_cache.freshness._of_this_process", [cache.freshness])
    page, other = make_page(), make_page(section="guides", slug="another-sample")
    publish(page=page, by=robin)
    ask(cache, page.get_absolute_url())
    version, pages = cache.freshness.state.version, list(Publication.objects.menu())
    publish(page=other, by=robin)
    monkeypatch.setattr(menu, "_last", [menu.Menu(timezone.now(), version, [], pages, ())])
    tell_of_change()
    for _ in range(2):
        assert other.get_absolute_url() in ask(cache, page.get_absolute_url()).body.decode()
