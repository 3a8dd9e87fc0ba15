"""The front page names requests that wait, and is silent where none does."""

from datetime import timedelta

import pytest

from referrals.patient_requests import verbs
from tests.makers import make_user, signed_in
from tests.referrals.patient_requests.asking import (
    administrator,
    noted,
    receptionist,
    today,
    unsaved,
)

pytestmark = pytest.mark.django_db
HEADING = "for an answer about what you hold"


def front_page(client, user):
    return signed_in(client, user).get("/admin/").text


def test_without_a_request_it_says_nothing(client):
    assert HEADING not in front_page(client, receptionist())


def test_the_one_that_was_asked_first_stands_first_and_no_name(client):
    robin = receptionist()
    for days in (1, 35, 24):
        noted(unsaved(asked_on=today() - timedelta(days=days)), by=robin)
    page = front_page(client, robin)
    assert page.index("5 days overdue") < page.index("6 days left") < page.index("29 days left")
    assert f"3 patients wait {HEADING}" in page
    assert "Samplepatient" not in page


def test_what_has_ended_is_not_waited_for(client):
    lee = administrator()
    verbs.end(patient_request=noted(by=lee), outcome="withdrawn", by=lee)
    assert HEADING not in front_page(client, lee)


def test_who_may_not_read_requests_is_not_told_of_them(client):
    noted(by=receptionist())
    assert HEADING not in front_page(client, make_user(username="kim"))
