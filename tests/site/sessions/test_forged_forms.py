"""Attacks with the cookie of a session that timed out, or of one whose code is old."""

import pytest
from django.test import Client

from clinic_site.models import KeptForm, SignInEvent
from tests.codes import with_phone
from tests.makers import confirmed, signed_in
from tests.site.sessions.desk import (
    ADD,
    KEPT,
    TYPED,
    an_hour_passes,
    at_her_desk,
    comes_back,
    fields_on,
    make_known,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def hers(client, robin):
    """Her browser, with a page that stood open for an hour."""
    at_her_desk(client, robin)
    an_hour_passes()
    return client


FORGED = {"groups": "1", "is_superuser": "on", "username": "kim"}


def thief_with_her_session(client):
    """A thief has `sessionid` alone, and his own cookie and token against forged requests."""
    thief = Client(enforce_csrf_checks=True)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    thief.cookies["csrftoken"] = "a" * 32
    return thief


@pytest.mark.parametrize(
    "address",
    [
        "/admin/auth/user/3/change/",
        "/admin/auth/user/add/",
        "/admin/auth/user/3/delete/",
        "/admin/auth/group/1/change/",
        "/admin/clinic_site/clinic/1/change/",
        "/admin/conditions/glossaryterm/1/delete/",
        "/admin/conditions/page/1/publish/",
        "/admin/nowhere/",
    ],
)
def test_a_form_that_grants_changes_or_deletes_is_never_kept(hers, address):
    answer = hers.post(address, FORGED, follow=True)
    assert not KeptForm.objects.exists()
    assert "is kept for an hour" not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        ADD,
        "/admin/conditions/page/1/change/",
        "/admin/referrals/enquiry/1/do/close/",
    ],
)
def test_what_people_type_is_kept(hers, address):
    hers.post(address, TYPED)
    assert KeptForm.objects.exists()


def test_a_thief_with_her_expired_session_alone_leaves_nothing(hers):
    thief = thief_with_her_session(hers)
    forged = {**TYPED, "csrfmiddlewaretoken": "a" * 32}
    answer = thief.post(ADD, forged)
    assert answer.status_code == 302  # it passed the check against forged requests
    assert not KeptForm.objects.exists()
    assert comes_back(hers)["Location"] == "/admin/"


def test_a_browser_known_to_somebody_else_leaves_nothing(hers):
    thief = make_known(thief_with_her_session(hers), with_phone("kim"))
    thief.post(ADD, {**TYPED, "csrfmiddlewaretoken": "a" * 32})
    assert not KeptForm.objects.exists()


def test_another_browser_of_hers_neither_shows_it_nor_throws_it_away(hers, robin):
    hers.post(ADD, TYPED)
    other = at_her_desk(Client(), robin)
    assert other.get(KEPT)["Location"] == "/admin/"
    other.post(KEPT, {"throw_away": KeptForm.objects.get().pk})
    assert KeptForm.objects.exists()
    assert "Samplepatient" in signed_in(hers, robin).get(KEPT).content.decode()


def test_a_form_without_a_browser_is_shown_nowhere(hers, robin):
    hers.post(ADD, TYPED)
    KeptForm.objects.update(browser_hash="")
    unknown = signed_in(Client(), robin)
    assert unknown.get(KEPT)["Location"] == "/admin/"


def test_a_live_stolen_session_leaves_nothing_for_her_code_to_send(client, robin):
    at_her_desk(confirmed(client, robin, ago=3600), robin)
    confirmed(client, robin, ago=3600)
    answer = client.post(f"/admin/auth/user/{robin.pk}/delete/", {"post": "yes"})
    assert answer["Location"].startswith("/admin/account/2fa/reauthenticate/")
    assert "could not be kept" in client.get(answer["Location"]).content.decode()
    assert not KeptForm.objects.exists()


def test_all_that_would_be_sent_is_shown_with_its_time_and_browser(hers):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    typed = {**TYPED, "is_superuser": "on", "_save": "Save", "definition": "x" * 300}
    hers.post(ADD, typed, headers={"user-agent": firefox})
    page = hers.get(comes_back(hers)["Location"]).content.decode()
    for words in ("<dt>Is superuser</dt>", "<dt>Term</dt>", "<dt>Save</dt>", "Sacrum"):
        assert words in page
    assert "Firefox on Linux" in page
    assert "x" * 300 + "</details>" in page
    assert "Was it you?" in page


def test_the_log_says_that_one_was_kept_and_nothing_of_it(hers, robin):
    hers.post(ADD, TYPED)
    line = SignInEvent.objects.get(kind="form_kept")
    assert (line.user_id, line.by_id, line.detail) == (robin.pk, None, "")


def test_a_page_of_errors_instead_leaves_it_kept(hers):
    hers.post(ADD, {**TYPED, "term": ""})
    comes_back(hers)
    answer = hers.post(ADD, fields_on(hers.get(KEPT)))
    assert answer.status_code == 200  # the page, with what is wrong
    assert KeptForm.objects.exists()
