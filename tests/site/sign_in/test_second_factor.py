"""A factor is connected once, replaced by its owner, and never open to a password alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from clinic_site.models import StaffSession
from clinic_site.sessions import ending
from clinic_site.sign_in import factors
from clinic_site.sign_in.views import ConnectPhone
from referrals.models import Notification
from tests.codes import (
    CODE,
    CODES,
    CONFIRM,
    CONNECT,
    LOGIN,
    PASSWORD,
    RENEW,
    REPLACE,
    code_for,
    secret_on,
    sign_in,
    type_code,
    type_password,
    with_phone,
    wrong_code,
)
from tests.makers import make_user, queue_sign_in_mail, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def new():
    """A colleague on her first day."""
    return make_user(is_superuser=True, email="robin@rooms.example")


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def thief():
    """Knows her password and nothing else."""
    return Client(REMOTE_ADDR="203.0.113.66")


def mails():
    return [mail.subject for mail in Notification.objects.order_by("pk")]


def connect(client, secret=None):
    secret = secret or secret_on(client)
    return type_code(client, code_for(secret), CONNECT)


def is_led_to_the_password(client):
    return client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(LOGIN)


def phones():
    return list(Authenticator.objects.filter(type="totp").values_list("pk", flat=True))


def codes_on(client):
    html = client.get(CODES).content.decode()
    return re.findall(r"<li><code>(\d{8})</code></li>", html)


def test_who_waits_at_connect_your_phone_is_out_once_she_has_connected_hers(client, new, thief):
    type_password(thief)
    secret_on(thief)
    type_password(client)
    connect(client)
    assert thief.get(CODES)["Location"].startswith("/admin/login/")
    assert (
        thief.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/admin/account/login/")
    )
    assert type_password(thief)["Location"].startswith(CODE)


def test_of_two_at_connect_your_phone_the_second_is_refused_at_the_post(
    client, new, thief, monkeypatch
):
    """Her request is in flight: her session is still there when the code is posted."""
    type_password(thief)
    secret = secret_on(thief)
    type_password(client)
    with monkeypatch.context() as patch:
        patch.setattr(factors, "end_sessions", lambda user, **kwargs: 0)
        connect(client)
    before = phones()
    monkeypatch.setattr(ConnectPhone, "not_now", lambda view, request: None)
    page = thief.post(CONNECT, {"code": code_for(secret)}, follow=True)
    assert "was connected to this account a moment ago" in page.content.decode()
    assert phones() == before
    assert "_auth_user_id" not in thief.session


def test_a_factor_of_any_kind_stands_in_the_way_of_a_first_phone(new):
    Authenticator.objects.create(user=new, type="recovery_codes", data={})
    with pytest.raises(factors.AlreadyConnected):
        factors.connect_phone(by=new, secret="A" * 32, step=1, session_key="x")


def test_a_session_that_was_ended_meanwhile_connects_nothing(new):
    with pytest.raises(ending.SessionEnded):
        factors.connect_phone(by=new, secret="A" * 32, step=1, session_key="gone")
    assert not phones()


def test_connecting_ends_her_other_sessions_and_renews_the_key_of_this_one(client, new):
    other, colleague = signed_in(Client(), new), signed_in(Client(), make_user(username="kim"))
    type_password(client)
    key = client.session.session_key
    connect(client)
    assert not StaffSession.of_key(key).exists()
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    assert colleague.get("/admin/").status_code == 200
    assert mails() == ["A phone was connected to your account"]


def test_the_page_loaded_twice_shows_the_same_secret_sealed_in_the_session(client, new):
    type_password(client)
    secret = secret_on(client)
    assert secret_on(client) == secret
    assert secret not in str(client.session.items())


def test_when_the_mail_cannot_be_queued_nothing_is_connected(client, new, monkeypatch):
    monkeypatch.setattr(factors, "tell", lambda *args, **kwargs: 1 / 0)
    type_password(client)
    with pytest.raises(ZeroDivisionError):
        connect(client)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("url", [REPLACE, RENEW, CODES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_alone_changes_and_reads_nothing(client, robin, url, method):
    client.force_login(robin)  # a session from before she had a phone
    before = phones()
    response = getattr(client, method)(url, {"code": code_for()})
    assert response["Location"].startswith("/admin/login/")
    assert client.get(CONNECT)["Location"] == "/admin/login/"
    assert client.post(CONNECT, {"code": code_for()})["Location"] == "/admin/login/"
    assert phones() == before


@pytest.mark.parametrize("url", [REPLACE, RENEW, CODES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unattended_computer_is_asked_for_a_code_first(client, robin, url, method):
    signed_in(client, robin)  # password and code, but not lately
    before = phones()
    assert getattr(client, method)(url)["Location"].startswith(CONFIRM)
    assert phones() == before
    assert not Notification.objects.exists()


def test_the_password_is_no_confirmation(client, robin):
    signed_in(client, robin)
    assert client.post("/admin/account/reauthenticate/", {"password": PASSWORD}).status_code == 404
    assert client.get(RENEW)["Location"].startswith(CONFIRM)


def test_a_code_confirms_and_renews_the_session_key(client, robin):
    signed_in(client, robin)
    key = client.session.session_key
    response = client.post(CONFIRM, {"code": code_for(), "next": RENEW})
    assert response["Location"] == RENEW
    assert not StaffSession.of_key(key).exists()
    assert client.get(RENEW).status_code == 200


def test_a_phone_is_replaced_in_one_step(client, robin):
    other = signed_in(Client(), robin)
    sign_in(client)
    secret = secret_on(client, REPLACE)
    type_code(client, code_for(secret), REPLACE)
    assert len(phones()) == 1
    assert other.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200
    assert mails()[-1] == "A new phone makes your codes now"
    later = Client()
    type_password(later)
    type_code(later, code_for(later=1))
    assert later.get("/admin/").status_code == 302
    type_code(later, code_for(secret, later=1))
    assert later.get("/admin/").status_code == 200


def test_until_the_new_phone_is_proved_the_old_one_works(client, robin):
    sign_in(client)
    before = phones()
    secret = secret_on(client, REPLACE)
    assert "not the code" in type_code(client, wrong_code(secret), REPLACE).content.decode()
    assert phones() == before


def test_a_phone_is_not_replaced_by_a_session_that_was_ended(robin):
    with pytest.raises(ending.SessionEnded):
        factors.replace_phone(by=robin, secret="A" * 32, step=1, session_key="gone")


def test_recovery_codes_are_seen_once(client, new):
    type_password(client)
    connect(client)
    assert len(codes_on(client)) == 10
    assert codes_on(client) == []
    assert "You have 10 left" in client.get(CODES).content.decode()


def test_new_recovery_codes_replace_the_old_ones(client, new):
    type_password(client)
    connect(client)
    old, other = codes_on(client), signed_in(Client(), new)
    client.post(RENEW)
    assert other.get("/admin/").status_code == 302
    assert len(codes_on(client)) == 10
    assert mails()[-1] == "You have new recovery codes"
    later = Client()
    type_password(later)
    assert type_code(later, old[0]).status_code == 200
    assert later.get("/admin/").status_code == 302


def test_a_recovery_code_signs_in_once_and_she_is_told(client, new):
    type_password(client)
    connect(client)
    code = codes_on(client)[0]
    for number, status in enumerate([200, 302]):
        later = Client()
        type_password(later)
        type_code(later, f"{code[:4]} {code[4:]}")
        assert later.get("/admin/").status_code == status, number
    assert mails()[-1] == "A recovery code was used"
    assert "You have 9 left" in Notification.objects.order_by("pk").last().body


def test_after_a_recovery_code_a_new_phone_can_be_connected_at_once(client, new):
    type_password(client)
    connect(client)
    code = codes_on(client)[0]
    later = Client()
    type_password(later)
    type_code(later, code)
    assert later.get(REPLACE).status_code == 200


def test_no_mail_holds_a_secret(client, new):
    type_password(client)
    secret = secret_on(client)
    connect(client, secret)
    codes = codes_on(client)
    client.post(RENEW)
    bodies = "".join(mail.body for mail in Notification.objects.all())
    assert "http://localhost:8000/admin/account/password/change/" in bodies
    assert not any(word in bodies for word in [secret, PASSWORD, *codes])


def test_a_new_browser_is_told_of_and_a_known_one_is_not(client, robin):
    sign_in(client)
    client.post("/admin/account/logout/")
    sign_in(client, later=1)
    assert mails() == ["You signed in on a new browser"]


def test_changing_the_password_ends_other_sessions_and_tells_her(client, robin):
    other = signed_in(Client(), robin)
    waiting = Client()
    type_password(waiting)
    signed_in(client, robin)
    key = client.session.session_key
    new = "another phrase that is long"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/admin/account/password/change/", typed)
    assert client.get("/admin/").status_code == 200
    assert client.session.session_key != key
    assert other.get("/admin/").status_code == 302
    assert type_code(waiting, code_for())["Location"].startswith("/admin/account/login/")
    assert mails() == ["Your password was changed"]


def test_djangos_own_password_page_leads_to_ours(client, robin):
    signed_in(client, robin)
    assert client.get("/admin/password_change/")["Location"] == "/admin/account/password/change/"


def test_the_page_of_ones_own_sign_in(client, robin):
    signed_in(client, robin)
    html = client.get("/admin/account/").content.decode()
    assert "You have 0 left" in html
    assert "robin@rooms.example" in html


def test_an_operator_resets_a_lost_factor(client, robin, capsys):
    signed_in(client, robin)
    call_command("reset_second_factor", "robin")
    assert not Authenticator.objects.exists()
    assert (
        client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/admin/account/login")
    )
    assert mails() == ["Your phone was disconnected"]
    assert type_password(client)["Location"] == "/admin/"


def test_a_reset_names_somebody_who_is_here(db):
    with pytest.raises(CommandError, match="Nobody here is called kim"):
        call_command("reset_second_factor", "kim")
