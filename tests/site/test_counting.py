"""Counting what comes from one source: exact under a rush, forgotten in time, never in clear."""

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from clinic_site import counting
from clinic_site.models import RateCount
from conditions.publishing.verbs import publish
from tests.makers import make_page, make_user

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
WHO = {"purpose": "test", "source": "192.0.2.7"}


def count(at=NOW, **kwargs):
    return counting.count(**{**WHO, **kwargs}, at=at)


@pytest.mark.django_db
def test_a_clock_hour_is_counted_together_and_the_next_one_anew():
    assert [count(), count(NOW + timedelta(minutes=29))] == [1, 2]
    assert counting.counted(**WHO, at=NOW + timedelta(minutes=29)) == 2
    assert counting.counted(**WHO, at=NOW + timedelta(minutes=30)) == 0
    assert count(NOW + timedelta(minutes=30)) == 1


@pytest.mark.django_db
def test_a_span_begins_with_the_first_one_counted():
    assert [count(within=QUARTER), count(NOW + timedelta(minutes=14), within=QUARTER)] == [1, 2]
    assert counting.tally(**WHO, at=NOW).ends_at == NOW + QUARTER
    assert count(NOW + QUARTER, within=QUARTER) == 1
    assert counting.tally(**WHO, at=NOW + QUARTER).ends_at == NOW + 2 * QUARTER


@pytest.mark.django_db
def test_purposes_and_sources_do_not_mix():
    count()
    assert counting.counted(purpose="other", source=WHO["source"], at=NOW) == 0
    assert counting.counted(purpose="test", source="192.0.2.8", at=NOW) == 0


@pytest.mark.django_db
def test_what_turned_out_well_is_taken_back_and_never_below_nothing():
    count()
    counting.take_back(**WHO)
    counting.take_back(**WHO)
    assert counting.counted(**WHO, at=NOW) == 0


@pytest.mark.django_db
def test_counts_are_forgotten_when_their_time_is_over():
    count()
    assert counting.purge_counts(at=NOW + timedelta(minutes=29)) == 0
    assert counting.purge_counts(at=NOW + timedelta(minutes=30)) == 1


@pytest.mark.django_db(transaction=True)
def test_while_no_mail_process_runs_the_next_visitor_clears_away_who_was_counted(monkeypatch):
    count()
    monkeypatch.setattr(counting.Tidying, "due_at", 0)
    count(NOW + timedelta(hours=1), source="192.0.2.8")
    digests = list(RateCount.objects.values_list("source", flat=True))
    assert digests == [counting.digest("test", "192.0.2.8")]


@pytest.mark.django_db(transaction=True)
def test_it_does_so_once_a_minute_and_never_within_a_transaction(monkeypatch):
    count()
    monkeypatch.setattr(counting.Tidying, "due_at", 0)
    with transaction.atomic():
        count(NOW + timedelta(hours=1), source="192.0.2.8")
        assert RateCount.objects.count() == 2
    monkeypatch.setattr(counting.Tidying, "due_at", time.monotonic() + 60)
    count(NOW + timedelta(hours=1), source="192.0.2.9")
    assert RateCount.objects.count() == 3


@pytest.mark.django_db
def test_the_table_names_no_source_and_its_digests_hang_on_the_secret_key(settings):
    count()
    digest = RateCount.objects.get().source
    assert WHO["source"] not in digest
    settings.SECRET_KEY = "another"
    assert counting.digest(**WHO) != digest


@pytest.mark.django_db
def test_a_source_has_one_row():
    count()
    with pytest.raises(IntegrityError, match=r"rate_count_once|source"), transaction.atomic():
        RateCount.objects.create(source=counting.digest(**WHO), number=1, ends_at=NOW)


@pytest.fixture
def connect(tmp_path):
    """Opens a database that threads share: on SQLite a file, as one in memory knows no waiting."""

    def opened():
        copy = connections["default"].copy()
        if copy.vendor == "sqlite":
            copy.settings_dict["NAME"] = str(tmp_path / "shared.sqlite3")
        return copy

    if connection.vendor == "sqlite":
        with opened().schema_editor() as editor:
            editor.create_model(RateCount)
            editor.connection.close()
    return opened


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_every_one_is_counted(connect, monkeypatch):
    numbers, own = [], threading.local()

    def rush():
        own.cursor, own.ops = (database := connect()).cursor, database.ops
        numbers.extend([count() for _ in range(10)])
        database.close()

    monkeypatch.setattr(counting, "connection", own)
    monkeypatch.setattr(counting.Tidying, "due_at", float("inf"))
    threads = [threading.Thread(target=rush) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(numbers) == list(range(1, 41))


@pytest.mark.django_db
def test_an_address_cannot_be_found_by_trying_every_one_there_is():
    """There are four thousand million, which is a minute’s work where the digest has no key."""
    count()
    stored = RateCount.objects.get().source
    for name in ["md5", "sha1", "sha256", "sha512"]:
        for text in [WHO["source"], "test" + WHO["source"], f"test:{WHO['source']}"]:
            assert hashlib.new(name, text.encode()).hexdigest()[:64] != stored


@pytest.mark.django_db
def test_a_flood_of_answers_leaves_a_running_limit_in_force(client):
    """A cache table of 300 rows forgot it."""
    count(within=timedelta(days=1))
    publish(page=make_page(), by=make_user("conditions.publish_page"))
    answer = {"page": "/conditions/sample-page/", "helpful": "no"}
    for n in range(400):
        client.post("/helpful/", answer, REMOTE_ADDR=f"198.51.{n // 200}.{n % 200 + 1}")
    assert counting.counted(**WHO, at=NOW) == 1


@pytest.mark.django_db
def test_several_are_counted_by_one_statement_each_for_itself(django_assert_num_queries):
    what = [counting.Counting("a", "x"), counting.Counting("b", "x", QUARTER)]
    counting.Tidying.due_at = time.monotonic() + 60
    with django_assert_num_queries(1):
        assert counting.count_each(what, at=NOW) == [1, 1]
    counting.count(purpose="b", source="x", at=NOW)
    assert counting.count_each(what[::-1], at=NOW) == [3, 2]
    assert counting.tally(purpose="b", source="x", at=NOW).ends_at == NOW + QUARTER


@pytest.mark.django_db
def test_which_of_several_were_counted_and_are_not_over():
    count()
    assert counting.which_are_counted("test", ["192.0.2.7", "192.0.2.8"], at=NOW) == {"192.0.2.7"}
    assert not counting.which_are_counted("test", ["192.0.2.7"], at=NOW + timedelta(hours=1))
    assert not counting.which_are_counted("other", ["192.0.2.7"], at=NOW)
