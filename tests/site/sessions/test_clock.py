"""How long a session goes on: by its row, by use, and never longer than a day's work."""

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from clinic_site.models import SignInEvent, StaffSession
from clinic_site.sessions.chores import purge_sessions
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ASK = "/admin/account/session/"


@pytest.fixture
def robin():
    return make_user(is_superuser=True)


@pytest.fixture
def hers(client, robin):
    return signed_in(client, robin)


def age(**times):
    """As if the session had begun, or been used, so many minutes ago."""
    now = timezone.now()
    StaffSession.objects.update(**{name: now - n * MINUTE for name, n in times.items()})


def is_in(client):
    return client.get("/admin/").status_code == 200


def kinds():
    return list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(("minutes", "goes_on"), [(29, True), (30, False), (600, False)])
def test_it_ends_after_30_minutes_without_use(hers, minutes, goes_on):
    age(last_used_at=minutes)
    assert is_in(hers) is goes_on
    assert kinds() == ([] if goes_on else ["idle_end"])


@pytest.mark.parametrize(("hours", "goes_on"), [(11.9, True), (12, False)])
def test_it_ends_after_12_hours_however_much_it_is_used(hers, hours, goes_on):
    age(created_at=hours * 60)
    assert is_in(hers) is goes_on
    assert kinds() == ([] if goes_on else ["absolute_end"])


def test_a_stolen_cookie_that_is_replayed_after_the_end_opens_nothing(hers):
    age(last_used_at=31)
    thief = Client()
    thief.cookies["sessionid"] = hers.cookies["sessionid"].value
    assert not is_in(thief)
    age(last_used_at=0)  # however the clock may go
    assert not is_in(thief)
    assert kinds() == ["idle_end"]


def test_use_is_noted_at_most_once_a_minute(hers):
    age(last_used_at=0.5)
    before = StaffSession.objects.get().last_used_at
    is_in(hers)
    assert StaffSession.objects.get().last_used_at == before
    age(last_used_at=2)
    is_in(hers)
    assert timezone.now() - StaffSession.objects.get().last_used_at < MINUTE


def test_typing_is_use(hers):
    age(last_used_at=29)
    assert hers.post(ASK).json()["signed_in"]
    assert timezone.now() - StaffSession.objects.get().last_used_at < MINUTE


def test_to_ask_again_and_again_keeps_nothing_alive(hers):
    age(last_used_at=29)
    assert hers.get(ASK).json()["signed_in"]
    age(last_used_at=30)
    assert hers.get(ASK).status_code == 401


def test_typing_does_not_move_the_longest_time(hers):
    age(created_at=12 * 60)
    assert hers.post(ASK).status_code == 401


def test_typing_is_told_by_pages_of_ours_alone(robin):
    strict = signed_in(Client(enforce_csrf_checks=True), robin)
    assert strict.post(ASK).status_code == 403


def test_a_password_alone_is_told_nothing(client, robin):
    client.force_login(robin)
    assert client.get(ASK).status_code == client.post(ASK).status_code == 401


def test_the_cookie_goes_with_the_browser(client):
    from tests.codes import sign_in, with_phone

    with_phone("kim")
    sign_in(client, "kim")
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"]


def test_chores_end_what_nobody_asks_for_and_forget_it_after_a_week(hers):
    age(last_used_at=31)
    assert purge_sessions() == 0
    row = StaffSession.objects.get()
    assert (row.ended_why, row.data, row.user_id) == ("idle", None, row.user_id)
    assert kinds() == ["idle_end"]
    assert purge_sessions(at=timezone.now() + timedelta(days=7, minutes=1)) == 1
    assert not StaffSession.objects.exists()


def test_chores_keep_no_session_of_nobody(client):
    session = client.session
    session["x"] = 1
    session.save()
    age(last_used_at=31)
    assert purge_sessions() == 1


def test_chores_leave_alone_what_was_used_while_they_looked(hers):
    age(last_used_at=31)
    stale = StaffSession.objects.get()
    age(last_used_at=0)
    with mock.patch.object(StaffSession, "over", return_value=StaffSession.Why.IDLE):
        from clinic_site.sessions.ending import end_one

        end_one(stale, why=StaffSession.Why.IDLE, at=timezone.now())
    assert is_in(hers)


def test_it_ends_even_where_the_log_takes_no_line(hers, monkeypatch):
    from django.db import DatabaseError

    def refuse(**fields):
        raise DatabaseError

    monkeypatch.setattr(SignInEvent.objects, "create", refuse)
    age(last_used_at=31)
    assert not is_in(hers)
    assert StaffSession.objects.exclude(ended_at=None).get().ended_why == "idle"
