"""A clinician signs what is public; a pending or overdue review is said honestly."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from conditions.publishing import reviewing, verbs
from tests.makers import make_page, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_user("conditions.sign_review", first_name="Sam", last_name="Sampledoctor")


@pytest.fixture
def draft():
    draft = make_page()
    draft.review_facts.create(text="F21 a safety check before the cut")
    verbs.publish_starter(page=draft)
    return draft


def said(client, draft):
    html = client.get(draft.get_absolute_url()).content.decode()
    return " ".join(html[html.index('class="review"') :].split("</p>")[0].split())


def test_a_page_that_nobody_signed_says_so(client, draft):
    assert "Clinical review pending." in said(client, draft)


def test_a_signed_page_names_reviewer_and_days(client, draft, clinician):
    reviewing.sign(page=draft, by=clinician, next_review_due=date(2099, 1, 31))
    assert "by Sam Sampledoctor" in said(client, draft)
    assert "Next review due 31 January 2099" in said(client, draft)


def test_signing_signs_the_open_facts(draft, clinician):
    reviewing.sign(page=draft, by=clinician)
    assert draft.review_facts.get().signed_by == clinician


def test_an_overdue_review_is_said_in_public(client, draft, clinician):
    reviewing.sign(page=draft, by=clinician)
    with time_machine.travel(timezone.now() + timedelta(days=800)):
        assert "This review is overdue." in said(client, draft)


def test_a_page_published_after_its_review_says_so(client, draft, clinician):
    reviewing.sign(page=draft, by=clinician)
    verbs.publish_starter(page=draft)
    assert "Changed since its review." in said(client, draft)


def test_a_publisher_may_not_sign(draft):
    with pytest.raises(PermissionDenied):
        reviewing.sign(page=draft, by=make_user("conditions.publish_page"))
    assert draft.review_facts.get().signed_by is None


def test_a_draft_cannot_be_signed(clinician):
    with pytest.raises(verbs.CannotPublish, match="published page"):
        reviewing.sign(page=make_page(slug="draft"), by=clinician)


def test_the_list_names_what_is_not_signed_overdue_or_due_soon(draft, clinician):
    assert draft in reviewing.pages_to_review()
    reviewing.sign(page=draft, by=clinician)
    assert draft not in reviewing.pages_to_review()
    assert draft in reviewing.pages_to_review(on=timezone.localdate() + timedelta(days=700))


def test_a_signed_page_with_a_new_fact_is_listed_again(draft, clinician):
    reviewing.sign(page=draft, by=clinician)
    draft.review_facts.create(text="A new fact")
    assert draft in reviewing.pages_to_review()


def test_the_review_state_costs_no_query_of_its_own(
    client, draft, clinician, django_assert_num_queries
):
    reviewing.sign(page=draft, by=clinician)
    client.get(draft.get_absolute_url())  # the first reader prepares it
    with django_assert_num_queries(3):
        client.get(draft.get_absolute_url())
