"""Each person sees and ends her own sessions; an administrator ends a colleague's, who hears."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clinic_site.models import SignInEvent, StaffSession
from clinic_site.sessions import ending
from referrals.models import Notification
from tests.codes import CODE, code_for, type_code, type_password, with_phone
from tests.makers import confirmed, make_user, queue_sign_in_mail, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/account/"
OTHERS = "/admin/account/sessions/end-others/"


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def here(client, robin):
    return signed_in(client, robin)


@pytest.fixture
def there(robin):
    """Another computer of hers, or a thief's."""
    return signed_in(Client(), robin)


def is_in(client):
    return client.get("/admin/").status_code == 200


def why_ended(row):
    return StaffSession.objects.defer("data").get(pk=row.pk).ended_why


def row_of(client):
    return StaffSession.of_key(client.cookies["sessionid"].value).get()


def end(client, other):
    return client.post(f"/admin/account/sessions/{row_of(other).pk}/end/")


def last_line():
    return SignInEvent.objects.order_by("pk").last()


def test_the_page_lists_hers_and_marks_this_one(here, there):
    signed_in(Client(), with_phone("kim"))
    StaffSession.objects.filter(pk=row_of(there).pk).update(browser="Firefox on Windows")
    html = here.get(PAGE).content.decode()
    assert html.count("A browser we do not know") == 1
    assert html.count("this one") == 1
    assert "Firefox on Windows" in html


def test_sessions_whose_time_is_over_are_not_listed(here, there):
    then = timezone.now() - timedelta(minutes=31)
    StaffSession.objects.filter(pk=row_of(there).pk).update(last_used_at=then)
    assert "End all others" not in here.get(PAGE).content.decode()


def test_she_ends_another_of_hers_at_once_and_without_a_code(here, there):
    assert end(here, there)["Location"] == PAGE
    assert not is_in(there)
    assert is_in(here)
    assert (last_line().kind, last_line().by) == ("session_ended", last_line().user)


def test_she_ends_all_others(here, there, robin):
    waiting = Client()
    type_password(waiting)
    here.post(OTHERS)
    assert not is_in(there)
    assert is_in(here)
    assert type_code(waiting, code_for(), CODE)["Location"].startswith("/admin/account/login/")


def test_anothers_session_is_not_found(here, robin):
    """The attack: the number of a colleague's session in the address."""
    colleague = signed_in(Client(), with_phone("kim"))
    assert end(here, colleague).status_code == 404
    assert end(here, colleague).status_code == 404
    assert is_in(colleague)


def test_one_that_has_ended_is_not_found(here, there):
    end(here, there)
    assert end(here, there).status_code == 404


def test_to_end_this_one_is_to_sign_out(here):
    assert end(here, here)["Location"] == "/admin/account/login/"
    assert not is_in(here)


def test_a_link_or_another_site_ends_nothing(robin, there):
    strict = signed_in(Client(enforce_csrf_checks=True), robin)
    address = f"/admin/account/sessions/{row_of(there).pk}/end/"
    assert strict.get(address).status_code == strict.get(OTHERS).status_code == 405
    assert strict.post(address).status_code == strict.post(OTHERS).status_code == 403
    assert is_in(there)


def test_when_the_log_takes_no_line_the_session_goes_on_and_she_sees_an_error(
    here, there, monkeypatch
):
    monkeypatch.setattr(ending, "note", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        end(here, there)
    assert is_in(there)


class TestByAnAdministrator:
    @pytest.fixture
    def chief(self):
        return make_user(username="chief", is_superuser=True)

    def button(self, by, user):
        return signed_in(Client(), by).post(f"/admin/auth/user/{user.pk}/end-sessions/")

    def test_one_button_ends_them_all_and_she_is_told(self, here, there, chief, robin):
        waiting = Client()
        type_password(waiting)
        self.button(chief, robin)
        assert not is_in(here)
        assert not is_in(there)
        assert type_code(waiting, code_for(), CODE)["Location"].startswith("/admin/account/login/")
        assert [mail.subject for mail in Notification.objects.all()] == [
            "A colleague ended your sessions"
        ]
        assert (last_line().kind, last_line().user, last_line().by) == (
            "session_ended",
            robin,
            chief,
        )
        assert last_line().number == 3

    def test_the_button_stands_on_her_page(self, chief, robin):
        page = confirmed(Client(), chief).get(f"/admin/auth/user/{robin.pk}/change/")
        assert f"/admin/auth/user/{robin.pk}/end-sessions/" in page.content.decode()

    def test_a_colleague_who_may_only_look_may_not(self, here, robin):
        looker = make_user("auth.view_user", username="looker")
        assert self.button(looker, robin).status_code == 403
        assert is_in(here)
        page = signed_in(Client(), looker).get(f"/admin/auth/user/{robin.pk}/change/")
        assert "end-sessions" not in page.content.decode()

    def test_the_verb_itself_asks(self, robin):
        with pytest.raises(PermissionDenied):
            ending.end_colleagues_sessions(by=make_user(username="looker"), user=robin)

    def test_who_may_do_less_is_told_why_not(self, here, robin):
        helper = make_user("auth.change_user", "auth.view_user", username="helper")
        assert self.button(helper, robin).status_code == 302
        assert is_in(here)

    def test_a_link_ends_nothing(self, here, chief, robin):
        staff = signed_in(Client(), chief)
        assert staff.get(f"/admin/auth/user/{robin.pk}/end-sessions/").status_code == 403
        assert is_in(here)

    def test_when_she_cannot_be_told_they_go_on(self, here, chief, robin, monkeypatch):
        monkeypatch.setattr(ending, "tell", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            self.button(chief, robin)
        assert is_in(here)


class TestAtOnce:
    """What takes somebody's place on the staff site away ends her sessions, and a second yes
    does not bring them back."""

    @pytest.fixture
    def chief(self):
        return confirmed(Client(), make_user(username="chief", is_superuser=True))

    def press(self, chief, robin, what):
        assert chief.post(f"/admin/auth/user/{robin.pk}/{what}/").status_code in {200, 302}

    def test_closing_her_account(self, here, chief, robin):
        before = row_of(here)
        self.press(chief, robin, "has-left")
        assert not is_in(here)
        assert why_ended(before) == "left"
        self.press(chief, robin, "is-back")
        assert not is_in(here)

    def test_losing_her_phone(self, here, chief, robin):
        before = row_of(here)
        self.press(chief, robin, "lost-phone")
        assert not is_in(here)
        assert why_ended(before) == "by_colleague"

    def test_other_changes_end_nothing(self, here, chief, robin):
        fields = {"email": robin.email, "is_superuser": "on", "first_name": "Robin"}
        answer = chief.post(f"/admin/auth/user/{robin.pk}/change/", {"username": "robin", **fields})
        assert answer.status_code == 302
        assert is_in(here)

    @pytest.mark.parametrize("usable", ["true", "false"])
    def test_a_new_password_or_none(self, here, chief, robin, usable):
        new = "another phrase that is long"
        typed = {"password1": new, "password2": new, "usable_password": usable}
        typed |= {} if usable == "true" else {"unset-password": "1"}
        before = row_of(here)
        chief.post(f"/admin/auth/user/{robin.pk}/password/", typed)
        assert not is_in(here)
        assert why_ended(before) == "account"
        assert SignInEvent.objects.get(kind="password_set").by.username == "chief"

    def test_an_operators_reset(self, here, robin):
        call_command("reset_second_factor", "robin")
        assert row_of(here).ended_why == "account"
        assert not is_in(here)

    def test_deleting_her(self, here, robin):
        robin.delete()
        assert not is_in(here)
        assert not StaffSession.objects.filter(user_id=robin.pk).exists()
