"""Without its database the site says so, with the telephone number, and acknowledges nothing."""

from unittest import mock

import pytest
from django.db import InterfaceError, OperationalError, connection

from clinic_site.models import Clinic
from conditions.publishing.verbs import publish
from tests.makers import make_page, make_user, message_post

pytestmark = pytest.mark.django_db


# How PostgreSQL's driver says it when the server goes away, and when it is asked once more.
GONE = [OperationalError("gone"), InterfaceError("connection already closed")]


def refuse(*_):
    raise OperationalError("gone")


@pytest.fixture(params=GONE, ids=lambda gone: type(gone).__name__)
def no_database(client, request):
    client.get("/conditions/")  # this process has seen the clinic once
    with connection.execute_wrapper(mock.Mock(side_effect=request.param)):
        yield client


@pytest.mark.parametrize("url", ["/", "/conditions/", "/conditions/causes/", "/contact/"])
def test_a_page_says_so_and_names_the_telephone(no_database, url):
    response = no_database.get(url)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "(02) 5550 1234" in response.content.decode()


def test_the_menu_and_the_footer_are_those_last_read(client):
    page = make_page(slug="causes", menu_title="Seven causes")
    publish(page=page, by=make_user(is_superuser=True))
    client.get("/conditions/")
    with connection.execute_wrapper(refuse):
        html = client.get("/no-such-page").content.decode()
    assert "Seven causes" in html
    assert '<footer class="site-footer">' in html


def test_an_unknown_address_is_still_a_helpful_404(no_database):
    response = no_database.get("/no-such-page")
    assert response.status_code == 404
    assert "(02) 5550 1234" in response.content.decode()
    assert 'action="/search/"' in response.content.decode()


def test_a_fault_of_ours_still_names_the_telephone(no_database):
    no_database.raise_request_exception = False
    with mock.patch("clinic_site.views.is_well", side_effect=ZeroDivisionError):
        response = no_database.get("/healthz")
    assert response.status_code == 500
    assert "(02) 5550 1234" in response.content.decode()


@pytest.mark.parametrize("gone", GONE)
def test_a_database_that_goes_away_around_a_page_is_said_as_such(client, gone):
    client.raise_request_exception = False
    with mock.patch("clinic_site.web.middleware.in_clinic_time", side_effect=gone):
        response = client.get("/conditions/")
    assert response.status_code == 503
    assert "(02) 5550 1234" in response.content.decode()


def test_a_form_is_not_acknowledged(no_database):
    response = no_database.post("/contact/", message_post())
    assert response.status_code == 503
    assert "it has not reached us" in response.content.decode()


def test_a_process_that_never_saw_the_clinic_invents_no_number(no_database):
    with mock.patch.object(Clinic, "last_known", return_value=None):
        response = no_database.get("/conditions/")
    assert response.status_code == 503
    assert "5550 1234" not in response.content.decode()
