"""The staff site needs a second factor from the first day."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from tests.codes import code_for, wrong_code
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "long enough a phrase"
SECRET = "JBSWY3DPEHPK3PXP"


def sign_in(client, username="robin"):
    return client.post("/admin/account/login/", {"login": username, "password": PASSWORD})


def secret_on(html):
    return re.search(r'<code id="authenticator-secret">(\w+)</code>', html)[1]


@pytest.fixture
def robin():
    return make_user(is_superuser=True)


def test_a_stranger_is_led_to_the_password(client):
    assert "/admin/account/login/" in client.get("/admin/", follow=True).redirect_chain[-1][0]


def test_a_password_alone_opens_nothing_but_the_phone_set_up(client, robin):
    sign_in(client)
    for url in ["/admin/", "/admin/referrals/enquiry/", "/admin/conditions/page/"]:
        last = client.get(url, follow=True).redirect_chain[-1][0]
        assert last.startswith("/admin/account/2fa/choose/")


def test_connecting_a_phone_opens_the_staff_site(client, robin):
    sign_in(client)
    html = client.get("/admin/account/2fa/totp/activate/").content.decode()
    client.post("/admin/account/2fa/totp/activate/", {"code": code_for(secret_on(html))})
    assert client.get("/admin/").status_code == 200


def test_later_the_password_is_followed_by_a_code(client, robin):
    TOTP.activate(robin, SECRET)
    response = sign_in(client)
    assert response["Location"].startswith("/admin/account/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
    client.post("/admin/account/2fa/authenticate/", {"code": code_for(SECRET)})
    assert client.get("/admin/").status_code == 200


ENQUIRY = "/admin/referrals/enquiry/7/change/?show=all"


def where_a_link_leads(client):
    """The sign-in page that a link in a mail leads to."""
    return client.get(ENQUIRY, follow=True).redirect_chain[-1][0]


def next_on(client, url):
    """What the form on a sign-in page sends along as the page to go to."""
    found = re.search(r'name="next" value="([^"]*)"', client.get(url).content.decode())
    return {"next": found[1].replace("&amp;", "&")} if found else {}


def test_a_link_in_a_mail_survives_password_and_code(client, robin):
    TOTP.activate(robin, SECRET)
    login = where_a_link_leads(client)
    typed = {"login": "robin", "password": PASSWORD, **next_on(client, login)}
    code_page = client.post(login, typed)["Location"]
    response = client.post(code_page, {"code": code_for(SECRET), **next_on(client, code_page)})
    assert response["Location"] == ENQUIRY


def test_a_link_in_a_mail_survives_the_first_day(client, robin):
    login = where_a_link_leads(client)
    typed = {"login": "robin", "password": PASSWORD, **next_on(client, login)}
    client.post(login, typed, follow=True)
    html = client.get("/admin/account/2fa/totp/activate/").content.decode()
    client.post("/admin/account/2fa/totp/activate/", {"code": code_for(secret_on(html))})
    codes = client.get("/admin/account/2fa/recovery-codes/").content.decode()
    go_on = re.search(r'href="([^"]+)">Go to the staff site', codes)[1]
    assert client.get(go_on)["Location"] == ENQUIRY
    assert client.get(go_on)["Location"] == "/admin/"


def test_a_link_in_a_mail_survives_a_session_without_a_code(client, robin):
    sign_in(client)
    TOTP.activate(robin, SECRET)
    code_page = where_a_link_leads(client)
    response = client.post(code_page, {"code": code_for(SECRET), **next_on(client, code_page)})
    assert response["Location"] == ENQUIRY


def test_a_wrong_code_opens_nothing(client, robin):
    TOTP.activate(robin, SECRET)
    sign_in(client)
    client.post("/admin/account/2fa/authenticate/", {"code": wrong_code(SECRET)})
    assert client.get("/admin/").status_code == 302


def test_the_secret_behind_the_codes_is_sealed(robin):
    TOTP.activate(robin, SECRET)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_somebody_who_is_not_staff_gets_no_further(client):
    user = make_user(username="pat")
    user.is_staff = False
    user.save(update_fields=["is_staff"])
    sign_in(client, "pat")
    assert client.get("/admin/", follow=True).status_code == 403


def test_nobody_signs_up(client, robin):
    assert client.get("/admin/account/signup/")["Location"].startswith("/admin/login/")
    signed_in(client, robin)
    assert client.get("/admin/account/signup/").status_code == 404


def test_the_next_page_is_never_another_site(client, robin):
    response = client.get("/admin/login/?next=//evil.example/")
    assert "evil" not in response["Location"]
