"""A session's id is new whenever it opens more, and the one before is dead at once."""

import pytest
from django.test import Client

from clinic_site.models import StaffSession
from tests.codes import (
    CONFIRM,
    CONNECT,
    PASSWORD,
    code_for,
    secret_on,
    sign_in,
    type_code,
    type_password,
    with_phone,
)
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
LOGOUT = "/admin/account/logout/"


def with_cookie(key):
    client = Client()
    client.cookies["sessionid"] = key
    return client


def key_of(client):
    return client.cookies["sessionid"].value


def opens_nothing(key):
    return (
        with_cookie(key).get("/admin/").status_code == 302
        and not StaffSession.of_key(key).filter(ended_at=None).exists()
    )


def test_a_cookie_that_an_attacker_set_is_never_taken_over():
    """Session fixation: he sets the cookie of her browser, she signs in, he uses it."""
    with_phone()
    preset = "attacker00attacker00attacker0000"
    hers = with_cookie(preset)
    sign_in(hers)
    assert key_of(hers) != preset
    assert opens_nothing(preset)


def test_a_session_that_an_attacker_began_does_not_become_hers():
    """He types his own password, and sets the cookie of that login in her browser."""
    with_phone()
    with_phone("thief")
    his = Client()
    type_password(his, "thief")
    begun = key_of(his)
    hers = with_cookie(begun)
    sign_in(hers)
    assert key_of(hers) != begun
    assert opens_nothing(begun)


def test_the_id_is_new_after_the_password_and_after_the_code(client):
    with_phone()
    type_password(client)
    first = key_of(client)
    type_code(client, code_for())
    assert key_of(client) != first
    assert opens_nothing(first)


def test_the_id_is_new_after_a_step_up(client):
    signed_in(client, with_phone())
    before = key_of(client)
    type_code(client, code_for(), CONFIRM)
    assert key_of(client) != before
    assert opens_nothing(before)


def test_the_id_is_new_after_a_phone_is_connected(client):
    make_user(is_superuser=True)
    type_password(client)
    before = key_of(client)
    type_code(client, code_for(secret_on(client)), CONNECT)
    assert client.get("/admin/").status_code == 200
    assert opens_nothing(before)


def test_the_id_is_new_after_the_password_is_changed(client):
    signed_in(client, with_phone())
    before = key_of(client)
    new = "another phrase that is long"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/admin/account/password/change/", typed)
    assert client.get("/admin/").status_code == 200
    assert opens_nothing(before)


def test_a_step_up_does_not_move_the_longest_time(client):
    signed_in(client, with_phone())
    began = StaffSession.objects.get().created_at
    type_code(client, code_for(), CONFIRM)
    assert StaffSession.objects.get(ended_at=None).created_at == began


@pytest.mark.parametrize("way", [LOGOUT, "/admin/logout/"])
def test_after_signing_out_the_cookie_is_dead_and_the_browser_forgets(client, way):
    signed_in(client, with_phone())
    before = key_of(client)
    response = client.post(way)
    assert response["Clear-Site-Data"] == '"cache"'
    assert opens_nothing(before)
    assert response.cookies["sessionid"].value == ""


def test_signing_out_leaves_the_browser_known(client):
    """Else mail about a new browser would come each morning."""
    with_phone()
    sign_in(client)
    known = client.cookies["staffbrowser"].value
    client.post(LOGOUT)
    assert client.cookies["staffbrowser"].value == known


def test_nobody_is_signed_out_by_looking_at_the_page(client):
    signed_in(client, with_phone())
    for way in (LOGOUT, "/admin/logout/"):
        client.get(way)
    assert client.get("/admin/").status_code == 200
