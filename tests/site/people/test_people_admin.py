"""Colleagues' accounts in the admin: whoever is changed there hears of it."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from clinic_site.people import people_admin
from referrals.models import Notification
from tests.codes import type_code, type_password, with_phone
from tests.makers import confirmed, make_user, queue_sign_in_mail, signed_in

pytestmark = pytest.mark.django_db
NEW = "another phrase that is long"


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def chief(client):
    return confirmed(client, make_user(username="chief", is_superuser=True))


def told():
    return [(mail.recipient, mail.subject) for mail in Notification.objects.order_by("pk")]


def save(chief, robin, **changes):
    fields = {"username": "robin", "email": robin.email, "is_superuser": "on"}
    return chief.post(f"/admin/auth/user/{robin.pk}/change/", {**fields, **changes})


def test_a_new_password_is_told_ends_sessions_and_keeps_the_phone(chief, robin):
    hers = signed_in(Client(), robin)
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    chief.post(f"/admin/auth/user/{robin.pk}/password/", typed)
    assert hers.get("/admin/").status_code == 302
    assert told() == [("robin@rooms.example", "A colleague gave you a new password")]
    type_password(hers, password=NEW)
    assert type_code(hers, "00000000").status_code == 200
    assert Authenticator.objects.filter(user=robin).count() == 1


def test_a_new_address_is_told_to_the_old_one(chief, robin):
    assert save(chief, robin, email="thief@elsewhere.example").status_code == 302
    robin.refresh_from_db()
    assert robin.email == "thief@elsewhere.example"
    assert [to for to, _ in told()] == ["robin@rooms.example"]


def test_other_changes_are_not_told(chief, robin):
    assert save(chief, robin, first_name="Robin").status_code == 302
    assert told() == []


def test_when_it_cannot_be_told_the_address_stays(chief, robin, monkeypatch):
    monkeypatch.setattr(people_admin, "tell", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(chief, robin, email="thief@elsewhere.example")
    robin.refresh_from_db()
    assert robin.email == "robin@rooms.example"


def test_who_may_not_change_accounts_changes_none(client, robin):
    signed_in(client, make_user("auth.view_user", username="sam"))
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert client.post(f"/admin/auth/user/{robin.pk}/password/", typed).status_code == 403
    assert save(client, robin, email="thief@elsewhere.example").status_code == 403


def test_nobody_deletes_a_factor_in_the_admin(chief, robin):
    phone = Authenticator.objects.get(user=robin)
    for address in [f"{phone.pk}/delete/", f"{phone.pk}/change/", ""]:
        assert chief.get(f"/admin/mfa/authenticator/{address}").status_code == 404
