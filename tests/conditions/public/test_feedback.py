"""“Was this page helpful?”: kept for staff, never shown to the public."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conditions.feedback import answer, is_too_many
from conditions.models import Feedback
from conditions.publishing.verbs import publish
from tests.makers import make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
URL = "/helpful/"


@pytest.fixture
def published():
    page = make_page()
    publish(page=page, by=make_user("conditions.publish_page"))
    return page


def post(client, **changes):
    data = {"page": "/conditions/sample-page/", "helpful": "no", "sentence": "Where do I park?"}
    return client.post(URL, {**data, **changes})


def test_an_answer_is_kept_with_its_page(client, published):
    assert post(client).headers["Location"] == "/helpful/thanks/"
    kept = Feedback.objects.get()
    assert (kept.page, kept.helpful, kept.sentence) == (published, False, "Where do I park?")


def test_the_form_knows_the_page_it_was_opened_from(client, published):
    html = client.get(f"{URL}?page=/conditions/sample-page/").content.decode()
    assert '<option value="/conditions/sample-page/" selected>' in html


@pytest.mark.parametrize(
    "change",
    [{"helpful": ""}, {"page": "/admin/"}, {"page": "//evil.example"}, {"sentence": "x" * 201}],
)
def test_a_wrong_answer_is_explained_and_nothing_is_kept(client, published, change):
    response = post(client, **change)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert not Feedback.objects.exists()


def test_the_database_holds_no_readable_sentence(published):
    answer(page=published, helpful=False, sentence="My left hip after the birth")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM conditions_feedback")
        assert "left hip" not in str(cursor.fetchall())


def test_the_eleventh_answer_in_an_hour_is_asked_to_wait(client, published):
    assert [post(client).status_code for _ in range(10)] == [302] * 10
    response = post(client, sentence="Typed with care.")
    assert response.status_code == 429
    assert "Typed with care." in response.content.decode()
    assert Feedback.objects.count() == 10


def test_another_network_and_another_hour_may_answer():
    now = timezone.now()
    assert [is_too_many(address="192.0.2.1", at=now) for _ in range(11)][-1]
    assert not is_too_many(address="192.0.2.2", at=now)
    assert not is_too_many(address="192.0.2.1", at=now + timedelta(hours=1))


def test_answers_never_reach_the_public(client, published):
    answer(page=published, helpful=False, sentence="CANARY")
    for path in ["/", "/conditions/sample-page/", URL, "/helpful/thanks/"]:
        assert "CANARY" not in client.get(path).content.decode()


def test_only_staff_who_may_read_answers_do(client, published):
    answer(page=published, helpful=True, sentence="CANARY")
    address = reverse("admin:conditions_feedback_changelist")
    signed_in(client, make_user("referrals.view_enquiry", username="sam"))
    assert client.get(address).status_code == 403
    signed_in(client, make_user("conditions.view_feedback", username="kim"))
    assert "CANARY" in client.get(address).content.decode()
