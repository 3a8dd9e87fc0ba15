"""A passkey is added after a code, opens the site by itself, and goes only if something is left."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client

from clinic_site.checks import passkeys_belong_to_this_address
from clinic_site.models import SignInEvent, StaffSession
from clinic_site.sessions.ending import SessionEnded
from clinic_site.sign_in import factors
from clinic_site.sign_in.passkeys import verbs
from referrals.models import Notification
from tests.codes import (
    CODE,
    CONFIRM,
    RENEW,
    REPLACE,
    code_for,
    secret_on,
    sign_in,
    type_code,
    type_password,
    with_phone,
)
from tests.makers import confirmed, make_user, queue_sign_in_mail, signed_in
from tests.passkeys import ADD, CHOOSE, NEW, Device, add, asked, give_passkey, send, touch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def new():
    """A colleague on her first day."""
    return make_user(is_superuser=True, email="robin@rooms.example")


def mails():
    return [mail.subject for mail in Notification.objects.order_by("pk")]


def passkeys():
    return Authenticator.objects.filter(type="webauthn").count()


def remove(client, method="post"):
    pk = Authenticator.objects.filter(type="webauthn").latest("pk").pk
    return getattr(client, method)(f"/admin/account/2fa/passkeys/{pk}/remove/")


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_one_is_added_after_a_code_and_named(client, robin):
    confirmed(client, robin)
    assert add(client, Device(), "My telephone")["Location"] == "/admin/account/"
    page = client.get("/admin/account/").content.decode()
    assert "<strong>My telephone</strong>" in page
    assert "Not used yet" in page
    assert mails() == ["A passkey was added to your account"]
    assert SignInEvent.objects.filter(kind="passkey_added", detail="My telephone").count() == 1


def test_adding_ends_her_other_sessions_and_renews_the_key_of_this_one(client, robin):
    other = signed_in(Client(), robin)
    confirmed(client, robin)
    key = client.session.session_key
    add(client, Device())
    assert not is_in(other)
    assert is_in(client)
    assert not StaffSession.of_key(key).exists()


def test_it_opens_the_site_by_itself(client, robin):
    device = give_passkey(robin)
    assert touch(client, device)["Location"] == "/admin/"
    assert is_in(client)
    assert StaffSession.objects.get(ended_at=None).with_code
    assert SignInEvent.objects.filter(kind="signed_in", detail="passkey").exists()
    assert mails() == ["You signed in on a new browser"]


def test_it_leads_to_where_she_was_going_and_nowhere_else(client, robin):
    device = give_passkey(robin)
    answer = device.touch(asked(client))
    assert send(client, answer, next="/admin/auth/user/")["Location"] == "/admin/auth/user/"
    stranger = Client()
    away = send(stranger, device.touch(asked(stranger)), next="https://evil.example/")
    assert away["Location"] == "/admin/"


def test_a_known_browser_is_not_told_of(client, robin):
    device = give_passkey(robin)
    touch(client, device)
    client.post("/admin/account/logout/")
    touch(client, device)
    assert mails() == ["You signed in on a new browser"]


def test_it_stands_for_a_code_after_the_password(client, robin):
    device = give_passkey(robin)
    type_password(client)
    assert "Use your passkey" in client.get(CODE).content.decode()
    touch(client, device, CODE, "code")
    assert is_in(client)


def test_after_the_password_a_code_still_does(client, robin):
    give_passkey(robin)
    assert is_in(sign_in(client))


def test_it_confirms_before_what_asks_for_a_code(client, robin):
    device = give_passkey(robin)
    signed_in(client, robin)
    assert client.get(REPLACE)["Location"].startswith(CONFIRM)
    key = client.session.session_key
    touch(client, device, CONFIRM, "confirm")
    assert not StaffSession.of_key(key).exists()
    assert client.get(REPLACE).status_code == 200


def test_signed_in_by_it_she_need_not_confirm_at_once(client, robin):
    touch(client, give_passkey(robin))
    assert client.get(RENEW).status_code == 200


def test_a_first_day_begins_with_a_choice(client, new):
    type_password(client)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith(CHOOSE)
    assert ADD in page.content.decode()
    assert "2fa/totp/activate/" in page.content.decode()


def test_a_site_without_a_name_begins_with_the_app(client, new, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    type_password(client)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/account/2fa/totp/activate/")
    assert "Use your passkey" not in client.get("/admin/account/login/").content.decode()


def test_a_first_passkey_brings_recovery_codes_and_lets_her_in(client, new):
    type_password(client)
    assert add(client, Device())["Location"] == "/admin/account/2fa/recovery-codes/"
    assert client.get("/admin/account/2fa/recovery-codes/").content.decode().count("<code>") == 10
    assert is_in(client)
    assert SignInEvent.objects.filter(detail="with a first passkey").exists()


def test_of_two_who_know_the_password_the_second_adds_nothing(client, new):
    thief = Client()
    type_password(thief)
    question, device = thief.post(NEW).json(), Device()
    type_password(client)
    add(client, Device())
    assert send(thief, device.make(question), ADD).status_code == 302
    assert passkeys() == 1
    with pytest.raises(factors.AlreadyConnected):
        verbs.connect_passkey(by=new, name="x", made={}, session_key="x")


def test_a_password_alone_adds_none_beside_a_phone(client, robin):
    client.force_login(robin)
    assert client.get(ADD)["Location"] == "/admin/login/"
    assert client.post(NEW).status_code == 403
    assert send(client, {}, ADD)["Location"] == "/admin/login/"
    assert not passkeys()


def test_an_unattended_computer_adds_and_removes_none(client, robin):
    give_passkey(robin)
    signed_in(client, robin)
    assert client.get(ADD)["Location"].startswith(CONFIRM)
    assert client.post(NEW).status_code == 403
    assert send(client, {}, ADD)["Location"].startswith(CONFIRM)
    assert remove(client)["Location"].startswith(CONFIRM)
    assert passkeys() == 1


def test_who_is_not_staff_adds_none(client, robin):
    robin.is_staff = False
    robin.save()
    confirmed(client, robin)
    assert client.get(ADD).status_code == client.post(NEW).status_code == 403
    with pytest.raises(PermissionDenied):
        verbs.connect_passkey(by=robin, name="x", made={}, session_key="x")


def test_a_session_that_was_ended_adds_and_removes_nothing(robin):
    give_passkey(robin)
    made = {"credential_id": "x", "credential": {}}
    with pytest.raises(SessionEnded):
        verbs.add_passkey(by=robin, name="x", made=made, session_key="gone")
    pk = Authenticator.objects.get(type="webauthn").pk
    with pytest.raises(SessionEnded):
        verbs.remove_passkey(by=robin, pk=pk, session_key="gone")
    assert passkeys() == 1


def test_where_nothing_protects_the_account_none_is_added_as_a_second_one(new):
    with pytest.raises(factors.NotConnected):
        verbs.add_passkey(by=new, name="x", made={}, session_key="x")


def test_when_the_mail_cannot_be_queued_nothing_is_added(client, robin, monkeypatch):
    monkeypatch.setattr(verbs, "tell", lambda *args, **kwargs: 1 / 0)
    confirmed(client, robin)
    with pytest.raises(ZeroDivisionError):
        add(client, Device())
    assert not passkeys()


def test_the_same_one_is_not_added_twice_nor_by_a_colleague(client, robin):
    device = Device()
    confirmed(client, robin)
    add(client, device)
    assert "known here already" in client.get(add(client, device)["Location"]).content.decode()
    kim = confirmed(Client(), make_user(username="kim"))
    add(kim, device)
    assert passkeys() == 1


def test_there_is_an_end_to_how_many(client, robin, monkeypatch):
    monkeypatch.setattr(verbs, "MOST", 1)
    give_passkey(robin)
    confirmed(client, robin)
    add(client, Device())
    assert passkeys() == 1


def test_one_is_removed_after_a_code_and_opens_nothing_then(client, robin):
    device, other = give_passkey(robin), signed_in(Client(), robin)
    confirmed(client, robin)
    assert "Remove “My telephone”" in remove(client, "get").content.decode()
    remove(client)
    assert mails() == ["A passkey was removed from your account"]
    assert is_in(client)
    assert not is_in(other)
    stranger = Client()
    assert "opens nothing here" in touch(stranger, device).content.decode()
    assert not is_in(stranger)


def test_the_last_that_lets_her_in_stays(client, new):
    touch(client, give_passkey(new))
    assert "only thing left" in remove(client, "get").content.decode()
    page = client.get(remove(client)["Location"])
    assert "only thing left" in page.content.decode()
    assert passkeys() == 1
    give_passkey(new, host="old.example")  # of an address that the site has no more
    with pytest.raises(verbs.LastFactor):
        verbs.remove_passkey(
            by=new,
            pk=Authenticator.objects.earliest("pk").pk,
            session_key=client.session.session_key,
        )


def test_of_two_that_are_removed_one_after_the_other_one_stays(client, new):
    touch(client, give_passkey(new))
    second = give_passkey(new)
    remove(client)
    remove(client)
    assert passkeys() == 1
    assert "opens nothing here" in touch(Client(), second).content.decode()


def test_a_mail_about_a_stranger_says_to_remove_what_is_not_hers(client, robin):
    sign_in(client)
    give_passkey(robin)
    sign_in(Client(), later=1)
    phone, both = (mail.body for mail in Notification.objects.order_by("pk"))
    assert "Remove every passkey that is not yours" not in phone
    assert "2. Remove every passkey that is not yours: http://localhost:8000/admin/account/" in both


def test_a_colleagues_cannot_be_removed(client, robin):
    give_passkey(make_user(username="kim"))
    confirmed(client, robin)
    assert remove(client).status_code == remove(client, "get").status_code == 404
    assert passkeys() == 1


def test_beside_passkeys_a_phone_can_be_connected(client, new):
    touch(client, give_passkey(new))
    assert "No phone is connected" in client.get("/admin/account/").content.decode()
    assert "Your passkeys go on working" in client.get(REPLACE).content.decode()
    type_code(client, code_for(secret_on(client, REPLACE)), REPLACE)
    assert mails()[-1] == "An authenticator app was connected to your account"
    assert factors.has_phone(new)


def test_with_passkeys_alone_she_makes_new_recovery_codes(client, new):
    touch(client, give_passkey(new))
    assert client.post(RENEW)["Location"] == "/admin/account/2fa/recovery-codes/"


def test_a_reset_takes_the_passkeys_too(client, robin):
    device = give_passkey(robin)
    factors.reset_factor(user=robin)
    assert "opens nothing here" in touch(client, device).content.decode()


def test_the_check_before_a_start_names_those_of_another_address(robin):
    give_passkey(robin)
    assert passkeys_belong_to_this_address(None, databases=["default"]) == []
    give_passkey(robin, host="old.example")
    (warning,) = passkeys_belong_to_this_address(None, databases=["default"])
    assert "Passkeys of 1 person were made for another address than localhost" in warning.msg


def test_made_for_an_address_of_before_it_opens_nothing_and_the_page_says_so(client, robin):
    device = give_passkey(robin, host="old.example", origin="https://old.example")
    confirmed(client, robin)
    page = client.get("/admin/account/").content.decode()
    assert "Made for old.example, where this site was before" in page
    stranger = Client()
    touch(stranger, device)
    assert not is_in(stranger)
