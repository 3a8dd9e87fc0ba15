"""What somebody sends after her session has ended is kept for her alone, and sent by one button."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic_site.models import KeptForm, StaffSession
from clinic_site.sessions import kept_forms
from clinic_site.sessions.chores import purge_sessions
from conditions.models import GlossaryTerm
from tests.codes import code_for, type_password, with_phone
from tests.makers import signed_in
from tests.site.sessions.desk import (
    ADD,
    KEPT,
    TYPED,
    an_hour_passes,
    at_her_desk,
    comes_back,
    fields_on,
    in_her_browser,
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


def test_she_signs_in_and_sends_it_with_one_button(hers):
    answer = hers.post(ADD, TYPED, follow=True)
    assert "What you sent is kept for an hour" in answer.content.decode()
    assert not GlossaryTerm.objects.exists()
    page = hers.get(comes_back(hers)["Location"])
    assert f'action="{ADD}"' in page.content.decode()
    assert hers.post(ADD, fields_on(page)).status_code == 302
    assert GlossaryTerm.objects.get().definition == TYPED["definition"]
    assert not KeptForm.objects.exists()


def test_the_button_has_a_token_of_the_new_session(robin):
    client = at_her_desk(Client(enforce_csrf_checks=True), robin)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(ADD).content.decode())
    an_hour_passes()
    client.post(ADD, {**TYPED, "csrfmiddlewaretoken": token[1]})
    assert KeptForm.objects.exists()
    page = signed_in(client, robin).get(KEPT)
    assert client.post(ADD, fields_on(page)).status_code == 302
    assert GlossaryTerm.objects.exists()


def test_a_form_of_another_site_is_never_kept(robin):
    """The attack: her session has ended, and a page elsewhere posts in her name."""
    client = at_her_desk(Client(enforce_csrf_checks=True), robin)
    client.get(ADD)
    an_hour_passes()
    for headers in ({}, {"origin": "https://evil.example"}):
        forged = {**TYPED, "csrfmiddlewaretoken": "a" * 64}
        assert client.post(ADD, forged, headers=headers).status_code == 403
    assert not KeptForm.objects.exists()


def test_a_form_that_nobody_checked_is_never_kept(robin, rf):
    """A view may do without the check against forged requests: its forms are not kept."""
    client = at_her_desk(Client(), robin)
    request = rf.post(ADD, TYPED)
    request.COOKIES = in_her_browser(client).COOKIES
    assert kept_forms.keep_form(user=robin, request=request) is None
    request.csrf_processing_done = True
    assert kept_forms.keep_form(user=robin, request=request)


def test_somebody_else_at_that_desk_never_sees_it(hers):
    with_phone("kim")
    hers.post(ADD, TYPED)
    assert comes_back(hers, "kim")["Location"] == "/admin/"
    assert hers.get(KEPT)["Location"] == "/admin/"
    hers.post(KEPT, {"throw_away": KeptForm.objects.get().pk})
    assert "Samplepatient" not in hers.get("/admin/account/").content.decode()
    assert KeptForm.objects.exists()


def test_what_somebody_else_sends_does_not_take_hers_away(hers, robin):
    kim = with_phone("kim")
    hers.post(ADD, TYPED)
    pk = KeptForm.objects.get().pk
    other = signed_in(Client(), kim)
    assert other.post(ADD, {"term": "x", "definition": "y", "kept_form": pk}).status_code == 302
    assert KeptForm.objects.get().user == robin


def test_a_form_whose_first_half_was_another_login_is_still_hers(hers, robin):
    """In another tab she has typed her password already, and not yet the code."""
    type_password(hers)
    hers.post(ADD, TYPED)
    assert KeptForm.objects.get().user == robin


@pytest.mark.parametrize("why", ["by_herself", "by_colleague", "account"])
def test_a_session_that_was_ended_on_purpose_speaks_for_nobody(client, robin, why):
    """It may have been a thief's, who would leave a form for her to send."""
    at_her_desk(client, robin)
    StaffSession.objects.update(ended_at=timezone.now(), ended_why=why, data=None)
    client.post(ADD, TYPED)
    assert not KeptForm.objects.exists()


def test_a_session_with_a_password_alone_speaks_for_nobody(client, robin):
    make_known(client, robin).force_login(robin)
    an_hour_passes()
    client.post(ADD, TYPED)
    assert not KeptForm.objects.exists()


def test_a_stranger_keeps_nothing(client, robin):
    make_known(client, robin)
    client.post(ADD, TYPED)
    assert not KeptForm.objects.exists()


def test_it_lies_sealed(hers):
    hers.post(ADD, TYPED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM clinic_site_keptform")
        stored = str(cursor.fetchall())
    assert "Samplepatient" not in stored
    assert "glossaryterm" not in stored


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/admin/account/password/change/", {"oldpassword": "x", "password1": "y y"}),
        ("/admin/auth/user/1/password/", {"password1": "y y", "password2": "y y"}),
        ("/admin/auth/user/add/", {"username": "new one", "password1": "y y"}),
        (ADD, {**TYPED, "password": "y y"}),
    ],
)
def test_a_password_is_never_kept(hers, address, fields):
    hers.post(address, fields)
    assert not KeptForm.objects.exists()


def test_what_a_script_posts_is_not_kept(hers):
    hers.post(ADD, TYPED, headers={"sec-fetch-mode": "cors"})
    assert not KeptForm.objects.exists()


def test_a_file_is_not_kept_and_she_is_told(hers):
    file = SimpleUploadedFile("door.png", b"x" * 100, "image/png")
    hers.post("/admin/conditions/image/add/", {"title": "The front door", "file": file})
    page = hers.get(comes_back(hers)["Location"]).content.decode()
    assert "The file is not kept" in page
    assert "The front door" in page


def test_what_is_too_long_is_not_kept_and_she_is_told(hers, monkeypatch):
    monkeypatch.setattr(kept_forms, "MOST_CHARACTERS", 20)
    answer = hers.post(ADD, TYPED, follow=True).content.decode()
    assert "could not be kept" in answer
    assert not KeptForm.objects.exists()


def test_sent_too_late_once_more_it_is_kept_once(hers):
    hers.post(ADD, TYPED)
    page = hers.get(comes_back(hers)["Location"])
    an_hour_passes()
    hers.post(ADD, fields_on(page))
    assert KeptForm.objects.count() == 1


def test_five_forged_forms_never_push_out_hers(hers, robin):
    for number in range(7):
        answer = hers.post(ADD, {**TYPED, "term": f"term {number}"}, follow=True)
    assert "could not be kept" in answer.content.decode()
    assert [kept.pairs[0][1] for kept in kept_forms.kept_for(robin, in_her_browser(hers))] == [
        f"term {n}" for n in (4, 3, 2, 1, 0)
    ]


def test_after_an_hour_it_is_gone(hers, robin):
    hers.post(ADD, TYPED)
    KeptForm.objects.update(kept_at=timezone.now() - timedelta(minutes=61))
    assert comes_back(hers)["Location"] == "/admin/"
    purge_sessions()
    assert not KeptForm.objects.exists()


def test_she_may_throw_it_away(hers):
    hers.post(ADD, TYPED)
    comes_back(hers)
    hers.post(KEPT, {"throw_away": KeptForm.objects.get().pk})
    assert not KeptForm.objects.exists()


def test_what_the_page_refuses_stays_kept(hers, robin):
    """A page that is gone, or a right that was taken away meanwhile."""
    hers.post(ADD, TYPED)
    comes_back(hers)
    page = hers.get(KEPT)
    robin.is_superuser = False
    robin.save()
    assert hers.post(ADD, fields_on(page)).status_code == 403
    assert KeptForm.objects.exists()


def test_asking_whether_the_session_goes_on_does_not_lose_whose_it_was(hers):
    """Scripts ask, and a browser that is told to drop the cookie could not tell any more."""
    assert hers.get("/admin/account/session/").status_code == 401
    hers.post(ADD, TYPED)
    assert KeptForm.objects.exists()


def test_it_moves_with_the_data_keys(hers, robin, settings):
    from clinic_site.sealing.keys import reseal_fields

    hers.post(ADD, TYPED)
    old = settings.CLINIC_DATA_KEYS
    settings.CLINIC_DATA_KEYS = ["b3RoZXIta2V5LW9mLXRlc3RzLTAxMjM0NTY3ODkwMTI=", *old]
    reseal_fields()
    settings.CLINIC_DATA_KEYS = settings.CLINIC_DATA_KEYS[:1]
    assert kept_forms.kept_for(robin, in_her_browser(hers))[0].path == ADD


def test_kept_with_keys_that_are_gone_it_stops_nobody(hers, settings):
    hers.post(ADD, TYPED)
    KeptForm.objects.all()
    sign_in_page = comes_back(hers)["Location"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_site_keptform SET fields = %s", ["gAAAAABkaput"])
    assert hers.get(sign_in_page)["Location"] == "/admin/"


def test_a_public_form_is_not_meant(hers):
    hers.post("/contact/", {"name": "Alex Samplewriter"})
    assert not KeptForm.objects.exists()


def test_signed_in_again_the_sign_in_page_points_to_it(hers):
    hers.post(ADD, TYPED)
    comes_back(hers)
    assert "is kept for you" in hers.get("/admin/account/").content.decode()


class TestInAnotherTab:
    """Two forms stood open; she signs in again in one tab and sends the other from the second."""

    @pytest.fixture
    def strict(self, robin):
        return at_her_desk(Client(enforce_csrf_checks=True), robin)

    def token_on(self, client, url):
        html = client.get(url).content.decode()
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]

    def signs_in_again(self, client, username="robin"):
        an_hour_passes()
        client.get("/admin/")
        login, code = "/admin/account/login/", "/admin/account/2fa/authenticate/"
        password = {"login": username, "password": "long enough a phrase"}
        client.post(login, {**password, "csrfmiddlewaretoken": self.token_on(client, login)})
        token = self.token_on(client, code)
        client.post(code, {"code": code_for(), "csrfmiddlewaretoken": token})
        assert client.get("/admin/").status_code == 200

    def test_the_second_is_kept_and_sent_by_one_button(self, strict):
        token = self.token_on(strict, ADD)
        self.signs_in_again(strict)
        answer = strict.post(ADD, {**TYPED, "csrfmiddlewaretoken": token})
        assert answer["Location"] == KEPT
        assert not GlossaryTerm.objects.exists()
        strict.post(ADD, fields_on(strict.get(KEPT)))
        assert GlossaryTerm.objects.get().definition == TYPED["definition"]

    def test_a_forged_form_is_still_refused(self, strict):
        self.token_on(strict, ADD)
        self.signs_in_again(strict)
        forged = {**TYPED, "csrfmiddlewaretoken": "a" * 64}
        assert strict.post(ADD, forged).status_code == 403
        assert not KeptForm.objects.exists()

    def test_another_site_is_refused_with_the_right_token(self, strict):
        token = self.token_on(strict, ADD)
        self.signs_in_again(strict)
        forged = {**TYPED, "csrfmiddlewaretoken": token}
        answer = strict.post(ADD, forged, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert not KeptForm.objects.exists()

    def test_signed_in_as_somebody_else_it_is_refused(self, strict):
        with_phone("kim")
        token = self.token_on(strict, ADD)
        self.signs_in_again(strict, "kim")
        assert strict.post(ADD, {**TYPED, "csrfmiddlewaretoken": token}).status_code == 403
        assert not KeptForm.objects.exists()
