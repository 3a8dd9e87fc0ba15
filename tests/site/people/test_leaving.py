"""A phone is lost, somebody leaves, somebody is back: what ends, what stays, and who may not."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.test import Client

from clinic_site.models import KeptForm, SignInEvent, SpokenCode
from clinic_site.people import granting, leaving
from referrals.models import Notification
from tests.codes import type_password, with_phone
from tests.makers import confirmed, make_clinic, make_user, queue_sign_in_mail, signed_in, words_of

pytestmark = pytest.mark.django_db
BUTTONS = ["lost-phone", "has-left", "is-back"]


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    robin = with_phone(is_superuser=False, first_name="Robin")
    RecoveryCodes.activate(robin)
    robin.groups.add(Group.objects.get(name="Receptionist"))
    return robin


@pytest.fixture
def owner():
    return make_user(username="owner", is_superuser=True)


@pytest.fixture
def staff(client, owner):
    return confirmed(client, owner)


def press(staff, user, button):
    return staff.post(f"/admin/auth/user/{user.pk}/{button}/")


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def told():
    return [(mail.recipient, mail.subject) for mail in Notification.objects.order_by("pk")]


def logged(kind):
    line = SignInEvent.objects.get(kind=kind)
    return line.user.username, line.by.username


def said(response):
    return words_of(response.content.decode())


class TestLostPhone:
    def test_sessions_and_every_factor_end_and_a_code_is_shown_to_be_read(self, staff, robin):
        hers = signed_in(Client(), robin)
        page = press(staff, robin, "lost-phone")
        assert not is_in(hers)
        assert not Authenticator.objects.filter(user=robin).exists()
        code = page.context["code"].replace(" ", "")
        assert SpokenCode.objects.get(user=robin).fits(code)
        assert page.context["code"] in said(page)

    def test_she_is_told_and_it_is_noted_and_the_code_stands_in_neither(self, staff, robin):
        code = press(staff, robin, "lost-phone").context["code"]
        assert told() == [("robin@rooms.example", "Your phone was disconnected")]
        assert logged("factor_reset") == ("robin", "owner")
        written = [mail.body for mail in Notification.objects.all()]
        assert not any(code in text or code.replace(" ", "") in text for text in written)

    def test_it_says_before_what_it_will_do_and_does_nothing_yet(self, staff, robin):
        page = said(staff.get(f"/admin/auth/user/{robin.pk}/lost-phone/"))
        assert "ring a number that you had before" in page
        assert Authenticator.objects.filter(user=robin).count() == 2

    def test_a_second_press_makes_another_code(self, staff, robin):
        codes = {press(staff, robin, "lost-phone").context["code"] for _ in range(2)}
        assert len(codes) == 2

    def test_nobody_does_it_to_herself(self, staff, owner):
        assert press(staff, owner, "lost-phone").status_code == 302
        assert Authenticator.objects.filter(user=owner).exists()

    def test_when_she_cannot_be_told_nothing_happens(self, robin, owner, monkeypatch):
        monkeypatch.setattr("clinic_site.sign_in.factors.tell", lambda *args, **facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            leaving.lost_phone(by=owner, user=robin)
        assert Authenticator.objects.filter(user=robin).count() == 2


class TestHasLeft:
    def test_she_is_out_at_once_and_cannot_come_in(self, staff, robin):
        hers = signed_in(Client(), robin)
        press(staff, robin, "has-left")
        answer = hers.get("/admin/referrals/enquiry/", follow=True)
        assert "A colleague has closed your account" in said(answer)
        assert "/admin/account/login/" in answer.request["PATH_INFO"]
        assert not type_password(Client()).wsgi_request.user.is_authenticated

    def test_what_comes_to_her_ends(self, staff, robin):
        clinic = make_clinic()
        clinic.notified.create(email="Robin@rooms.example")
        clinic.notified.create(email="desk@rooms.example")
        facts = {"kept_at": robin.date_joined, "path": "/admin/", "fields": "[]"}
        KeptForm.objects.create(user=robin, **facts)
        press(staff, robin, "has-left")
        assert [row.email for row in clinic.notified.all()] == ["desk@rooms.example"]
        assert not KeptForm.objects.exists()
        assert not Authenticator.objects.filter(user=robin).exists()

    def test_her_name_and_role_stay_and_she_is_told(self, staff, robin):
        press(staff, robin, "has-left")
        robin.refresh_from_db()
        assert not robin.is_active
        assert robin.first_name == "Robin"
        assert [group.name for group in robin.groups.all()] == ["Receptionist"]
        assert ("robin@rooms.example", "Your staff account was closed") in told()
        assert logged("left") == ("robin", "owner")

    def test_it_says_before_what_ends_and_what_stays(self, staff, robin):
        page = said(staff.get(f"/admin/auth/user/{robin.pk}/has-left/"))
        assert "What ends, at once" in page
        assert "What stays" in page
        robin.refresh_from_db()
        assert robin.is_active

    def test_the_address_of_the_rooms_themselves_is_named(self, staff, robin):
        make_clinic(email="robin@rooms.example")
        page = said(staff.get(f"/admin/auth/user/{robin.pk}/has-left/"))
        assert "her address is also the clinic’s own" in page

    def test_failing_midway_leaves_her_as_she_was(self, robin, owner, monkeypatch):
        monkeypatch.setattr(leaving, "tell", lambda *args, **facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            leaving.has_left(by=owner, user=robin)
        robin.refresh_from_db()
        assert robin.is_active
        assert Authenticator.objects.filter(user=robin).count() == 2

    def test_the_last_who_can_look_after_the_others_stays(self, robin):
        """Also where somebody holds all her rights by hand, and so may change her."""
        keeper = make_user(username="keeper")
        keeper.groups.add(Group.objects.get(name="Administrator"))
        by = make_user(username="by")
        by.user_permissions.set(Group.objects.get(name="Administrator").permissions.all())
        with pytest.raises(leaving.NotNow, match="last account"):
            leaving.has_left(by=by, user=keeper)
        make_user(username="second", is_superuser=True)
        assert not leaving.has_left(by=by, user=keeper).is_active

    def test_a_keeper_who_cannot_sign_in_keeps_nothing(self, owner):
        locked_out = make_user(username="second", is_superuser=True)
        locked_out.set_unusable_password()
        locked_out.save()
        assert granting.is_last_keeper(owner)

    def test_the_last_one_keeps_her_role_as_well(self, client):
        keeper = make_user(username="keeper")
        keeper.groups.add(Group.objects.get(name="Administrator"))
        by = make_user(username="by")
        by.user_permissions.set(Group.objects.get(name="Administrator").permissions.all())
        page = confirmed(client, by).post(
            f"/admin/auth/user/{keeper.pk}/change/", {"username": "keeper", "groups": []}
        )
        assert "last account that can look after" in said(page)
        assert keeper.groups.exists()


class TestIsBack:
    @pytest.fixture
    def gone(self, staff, robin):
        press(staff, robin, "has-left")
        return robin

    def test_the_account_is_open_with_its_role_and_without_its_password(self, staff, gone):
        press(staff, gone, "is-back")
        gone.refresh_from_db()
        assert gone.is_active
        assert not gone.has_usable_password()
        assert gone.has_perm("referrals.view_enquiry")
        assert not type_password(Client()).wsgi_request.user.is_authenticated
        assert logged("came_back") == ("robin", "owner")

    def test_neither_password_nor_phone_outlast_an_account_closed_in_another_way(
        self, staff, robin
    ):
        User.objects.filter(pk=robin.pk).update(is_active=False)
        press(staff, robin, "is-back")
        robin.refresh_from_db()
        assert robin.is_active
        assert not robin.has_usable_password()
        assert not Authenticator.objects.filter(user=robin).exists()
        assert not type_password(Client()).wsgi_request.user.is_authenticated

    def test_she_needs_no_spoken_code(self, staff, gone):
        press(staff, gone, "is-back")
        assert not SpokenCode.objects.exists()

    def test_a_closed_account_has_no_phone_to_lose(self, staff, gone):
        assert press(staff, gone, "lost-phone").status_code == 302
        assert not SpokenCode.objects.exists()


class TestWhoMayNot:
    @pytest.mark.parametrize("button", BUTTONS)
    def test_without_the_right(self, client, robin, button):
        confirmed(client, make_user("auth.view_user", username="looker"))
        assert press(client, robin, button).status_code == 403
        assert client.get(f"/admin/auth/user/{robin.pk}/{button}/").status_code == 403

    @pytest.mark.parametrize("button", BUTTONS)
    def test_by_somebody_who_may_do_less_than_she(self, client, robin, button):
        confirmed(client, make_user("auth.view_user", "auth.change_user", username="helper"))
        assert press(client, robin, button).status_code == 302
        robin.refresh_from_db()
        assert robin.is_active
        assert Authenticator.objects.filter(user=robin).count() == 2

    @pytest.mark.parametrize("button", ["lost-phone", "has-left"])
    def test_without_a_fresh_code(self, client, owner, robin, button):
        confirmed(client, owner, ago=11 * 60)
        for answer in (
            press(client, robin, button),
            client.get(f"/admin/auth/user/{robin.pk}/{button}/"),
        ):
            assert "/2fa/reauthenticate/?next=" in answer["Location"]
        assert Authenticator.objects.filter(user=robin).count() == 2

    @pytest.mark.parametrize("verb", [leaving.lost_phone, leaving.has_left, leaving.came_back])
    def test_the_verbs_themselves_ask(self, robin, verb):
        helper = make_user("auth.change_user", username="helper")
        for by in (helper, make_user(username="looker")):
            with pytest.raises(PermissionDenied):
                verb(by=by, user=robin)
