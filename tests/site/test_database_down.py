"""Without its database the site says so, with the telephone number, and acknowledges nothing."""

from unittest import mock

import pytest
from django.db import OperationalError

from clinic_site.models import Clinic
from tests.makers import message_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_database(client):
    client.get("/conditions/")  # this process has seen the clinic once
    gone = OperationalError("gone")
    with mock.patch.object(Clinic.objects, "first", side_effect=gone):
        yield client


@pytest.mark.parametrize("url", ["/conditions/", "/contact/"])
def test_a_page_says_so_and_names_the_telephone(no_database, url):
    response = no_database.get(url)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "(02) 5550 1234" in response.content.decode()


def test_a_form_is_not_acknowledged(no_database):
    response = no_database.post("/contact/", message_post())
    assert response.status_code == 503
    assert "it has not reached us" in response.content.decode()


def test_a_process_that_never_saw_the_clinic_invents_no_number(no_database):
    with mock.patch.object(Clinic, "last_known", return_value=None):
        assert "5550" not in no_database.get("/conditions/").content.decode()
