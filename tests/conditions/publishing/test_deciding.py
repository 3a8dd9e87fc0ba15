"""A clinician decides on each fact, once more where she changes her mind; nothing of it is lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from conditions.models import FactDecision, ReviewFact
from conditions.publishing.deciding import CannotDecide, backlog, decide
from tests.makers import make_page, make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dr():
    return make_user("conditions.sign_review", username="dr")


@pytest.fixture
def fact():
    return ReviewFact.objects.create(page=make_page(), text="F64 a clot is rare (R1, R999)")


def test_an_agreement_signs_the_fact_for_good(fact, dr):
    decide(fact=fact, by=dr, decision="agree")
    fact.refresh_from_db()
    assert fact.signed_by == dr
    with pytest.raises(CannotDecide, match="signed already"):
        decide(fact=fact, by=dr, decision="remove")
    assert FactDecision.objects.count() == 1


def test_a_change_has_words_and_leaves_the_page_to_an_editor(fact, dr):
    with pytest.raises(CannotDecide, match="Write what"):
        decide(fact=fact, by=dr, decision="change", words="  ")
    made = decide(fact=fact, by=dr, decision="change", words="1 in 100")
    fact.refresh_from_db()
    assert (made.words, made.text, fact.is_signed) == ("1 in 100", fact.text, False)


def test_who_changes_her_mind_decides_once_more_and_both_stay(fact, dr):
    decide(fact=fact, by=dr, decision="remove")
    decide(fact=fact, by=dr, decision="agree")
    [item] = backlog()[0].items
    assert item.state == "agree"
    assert [one.decision for one in fact.decisions.all()] == ["remove", "agree"]


def test_a_fact_that_was_reworded_meanwhile_is_read_again(fact, dr):
    ReviewFact.objects.update(text="Other words.")
    with pytest.raises(CannotDecide, match="reworded"):
        decide(fact=fact, by=dr, decision="agree", seen=fact.text)
    assert not FactDecision.objects.exists()


def test_who_may_not_sign_decides_nothing(fact):
    with pytest.raises(PermissionDenied):
        decide(fact=fact, by=make_user("conditions.change_page"), decision="agree")
    assert not FactDecision.objects.exists()


def test_a_decision_that_fails_midway_signs_nothing(fact, dr, monkeypatch):
    def fails(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "create", fails)
    with pytest.raises(DatabaseError), transaction.atomic():
        decide(fact=fact, by=dr, decision="agree")
    assert not ReviewFact.objects.get().is_signed


def test_facts_stand_by_page_in_the_order_in_which_they_were_written(dr):
    source, later = make_source(), make_page(slug="later", ordering=200)
    page = make_page()
    for text in ("first R1", "second"):
        ReviewFact.objects.create(page=later, text=text)
        ReviewFact.objects.create(page=page, text=text)
    decide(fact=ReviewFact.objects.filter(page=page).last(), by=dr, decision="remove")
    pages = backlog()
    assert [one.page for one in pages] == [page, later]
    assert [item.fact.text for item in pages[0].items] == ["first R1", "second"]
    assert pages[0].items[0].sources == [source]
    assert (pages[0].done, pages[0].to_change, pages[1].done) == (1, 1, 0)


@pytest.mark.parametrize("change", [{"words": "x"}, None])
def test_the_database_keeps_what_was_decided(fact, dr, change):
    decide(fact=fact, by=dr, decision="remove")
    rows = QuerySet(FactDecision)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(**change) if change else rows._raw_delete("default")
    assert FactDecision.objects.get().words == ""


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("fact_decision_is_known", {"decision": "maybe"}),
        ("fact_decision_says_what_to_change", {"decision": "change"}),
    ],
)
def test_the_database_refuses_half_a_decision(fact, dr, name, changes):
    row = FactDecision(fact=fact, text="x", by=dr, at=timezone.now(), **changes)
    with pytest.raises(IntegrityError, match=name):
        row.save()
