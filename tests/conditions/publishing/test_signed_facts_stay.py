"""A signed fact is changed and deleted by nobody: not the model, not a queryset, not SQL."""

from datetime import date
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from conditions.checks import publications_are_guarded
from conditions.models import Publication, Review, ReviewFact
from conditions.publishing import reviewing, verbs
from tests.makers import make_page, make_user
from tests.triggers import drop_trigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_user("conditions.sign_review")


@pytest.fixture
def page():
    page = make_page()
    page.review_facts.create(text="F21 a safety check")
    verbs.publish_starter(page=page)
    return page


@pytest.fixture
def signed(page, clinician):
    reviewing.sign(page=page, by=clinician)
    return page.review_facts.get()


def read(page):
    return reviewing.read_now(page.publications.first(), reviewing.open_facts(page))


def test_its_model_refuses_to_save_or_delete_it(signed):
    signed.text = "Other words"
    for attack in (signed.save, signed.delete):
        with pytest.raises(PermissionDenied, match="signed this fact"):
            attack()
    assert ReviewFact.objects.get().text == "F21 a safety check"


def test_its_model_refuses_what_was_signed_since_it_was_read(page, clinician):
    fact = page.review_facts.get()
    reviewing.sign(page=page, by=clinician)
    for attack in (fact.save, fact.delete):
        with pytest.raises(PermissionDenied, match="signed this fact"):
            attack()


@pytest.mark.parametrize(
    "change",
    [{"text": "x"}, {"signed_by": None, "signed_on": None}, {"signed_on": date(2020, 1, 1)}],
)
def test_the_database_refuses_to_change_it(signed, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReviewFact.objects.update(**change)


def test_the_database_refuses_to_delete_it(signed):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReviewFact.objects.all().delete()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE conditions_reviewfact SET text = 'x'", "DELETE FROM conditions_reviewfact"],
)
def test_the_database_refuses_sql(signed, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_an_open_fact_is_changed_and_deleted(page):
    fact = page.review_facts.get()
    fact.text = "Better words"
    fact.save()
    assert ReviewFact.objects.get().text == "Better words"
    fact.delete()
    assert not ReviewFact.objects.exists()


def test_a_lost_trigger_is_noticed():
    drop_trigger("conditions_reviewfact_append_only_update", "conditions_reviewfact")
    (error,) = publications_are_guarded(None, databases=["default"])
    assert "conditions_reviewfact_append_only_update" in error.msg


def test_what_was_read_is_signed(page, clinician):
    review = reviewing.sign(page=page, by=clinician, seen=read(page))
    assert review.publication == page.publications.get()
    assert reviewing.sign(page=page, by=clinician, seen=read(page))  # a second time, on purpose


def test_the_same_words_published_again_are_read_again(page, clinician):
    seen = read(page)
    verbs.publish_starter(page=page)
    with pytest.raises(reviewing.PublicPageMoved, match="Read it once more"):
        reviewing.sign(page=page, by=clinician, seen=seen)
    assert not Review.objects.exists()


def reworded(page):
    page.review_facts.update(text="Other words")


def replaced(page):
    page.review_facts.all().delete()
    page.review_facts.create(text="F21 a safety check")


def added(page):
    page.review_facts.create(text="A new fact")


@pytest.mark.parametrize("attack", [reworded, replaced, added])
def test_facts_that_moved_are_not_signed_unread(page, clinician, attack):
    seen = read(page)
    attack(page)
    with pytest.raises(reviewing.PublicPageMoved):
        reviewing.sign(page=page, by=clinician, seen=seen)
    assert not ReviewFact.objects.exclude(signed_by=None).exists()


def test_a_fact_that_slips_in_while_it_is_signed_stays_open(page, clinician):
    def slip_in(rows, **changes):
        ReviewFact.objects.create(page=page, text="Slipped in")
        return original(rows, **changes)

    original = QuerySet.update
    with mock.patch.object(QuerySet, "update", slip_in):
        reviewing.sign(page=page, by=clinician, seen=read(page))
    assert page.review_facts.get(signed_by=None).text == "Slipped in"


def test_nobody_publishes_while_it_is_signed(page, clinician):
    """SQLite lets one process write anyhow, so there the question alone can be seen."""
    with mock.patch.object(QuerySet, "select_for_update", autospec=True) as locked:
        locked.side_effect = lambda rows, **_: rows
        reviewing.sign(page=page, by=clinician)
    assert locked.called
    assert Publication.objects.count() == 1
