"""A question whose SQL is written once gives what its queryset gives, each time it is asked."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from clinic_site.models import Clinic, Closure
from clinic_site.written_once import Given, WrittenOnce
from conditions.models import Publication, menu_now, publication_at
from conditions.publishing.verbs import publish_starter
from tests.makers import make_page, rooms_today

pytestmark = pytest.mark.django_db

BY_REASON = WrittenOnce(
    lambda: Closure.objects.filter(reason=Given("reason", models.CharField())).order_by("pk")
)


def facts(one):
    return {name: value for name, value in vars(one).items() if name != "_state"}


@pytest.fixture
def closures():
    clinic, today = Clinic.current(), rooms_today()
    for reason in ("Sample", "Other"):
        clinic.closures.create(first_day=today, last_day=today, reason=reason)


@pytest.fixture
def writings(monkeypatch):
    """The questions whose SQL was written."""
    found, write = [], SQLCompiler.as_sql
    monkeypatch.setattr(
        SQLCompiler, "as_sql", lambda *given, **more: (found.append(1), write(*given, **more))[1]
    )
    return found


@pytest.mark.usefixtures("closures")
def test_each_time_it_answers_for_the_value_that_is_given():
    for reason in ("Sample", "Other", "Sample"):
        (one,) = BY_REASON.objects(reason=reason)
        assert facts(one) == facts(Closure.objects.get(reason=reason))
    assert BY_REASON.objects(reason="None such") == []


@pytest.mark.usefixtures("closures")
def test_rows_have_the_names_and_values_of_the_columns():
    assert BY_REASON.rows(reason="Other") == list(Closure.objects.filter(reason="Other").values())


def test_its_words_are_written_once(writings):
    BY_REASON.objects(reason="Sample")
    writings.clear()
    BY_REASON.objects(reason="Other")
    assert writings == []


def test_what_it_found_can_be_changed_and_saved():
    Closure.objects.create(
        clinic=Clinic.current(), first_day=rooms_today(), last_day=rooms_today(), reason="Sample"
    )
    (one,) = BY_REASON.objects(reason="Sample")
    one.reason = "Other"
    one.save()
    assert Closure.objects.get().reason == "Other"


def test_each_thread_asks_over_its_own_connection(writings):
    def ask():
        with connection.execute_wrapper(note), suppress(RuntimeError):
            BY_REASON.rows(reason="Sample")

    def note(execute, sql, parameters, many, context):
        asked.append(context["connection"])
        raise RuntimeError

    asked = []
    ask()
    writings.clear()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    here, there = asked
    assert here is not there
    assert writings == []  # what the first one wrote


def test_a_page_is_found_as_its_queryset_finds_it():
    page = make_page()
    publish_starter(page=page)
    where = {"section": page.section, "slug": page.slug}
    found = publication_at(**where, with_payload=True)
    wanted = Publication.objects.newest().filter(**where).with_review().get()
    assert facts(found) == facts(wanted)
    assert publication_at(section=page.section, slug="none-such", with_payload=True) is None


def test_a_page_comes_without_its_text_until_somebody_reads_it(django_assert_num_queries):
    page = make_page()
    publish_starter(page=page)
    found = publication_at(section=page.section, slug=page.slug, with_payload=False)
    assert found.get_deferred_fields() == {"payload"}
    with django_assert_num_queries(1):
        assert found.payload["title"] == page.title


def test_the_menu_is_what_its_queryset_finds():
    for slug in ("home", "team"):
        publish_starter(page=make_page(section="site", slug=slug, stage=None))
    assert [facts(page) for page in menu_now()] == [*map(facts, Publication.objects.menu())]


def test_a_page_that_is_scheduled_is_found_when_its_time_has_come(time_machine):
    page = make_page()
    publish_starter(page=page)
    where = {"section": page.section, "slug": page.slug, "with_payload": False}
    time_machine.move_to(timezone.now() - timedelta(hours=1))
    assert publication_at(**where) is None
