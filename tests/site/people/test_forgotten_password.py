"""A new password by mail: the same answer for everybody, one mail, and the second factor stays."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site.counting import tally
from clinic_site.models import AccountLink, SignInEvent
from clinic_site.people import leaving
from clinic_site.people.by_mail import invitations
from clinic_site.sign_in import limits, passwords
from clinic_site.sign_in.passwords import change_password, set_password
from clinic_site.sign_in.places import Place
from tests.codes import (
    LOGIN,
    PASSWORD,
    code_for,
    sign_in,
    type_code,
    type_password,
    with_phone,
    wrong_code,
)
from tests.makers import queue_sign_in_mail, signed_in, words_of
from tests.site.matrix.watching import watched
from tests.site.people.links import (
    FORGOT,
    NEW,
    choose,
    invite,
    last_link,
    mails,
    make_inviter,
    token_of,
)

pytestmark = pytest.mark.django_db
SENT = f"{FORGOT}sent/"
SUBJECT = "Your link for a new password"
ROOMS, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "203.0.113.66"}


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def later(monkeypatch):
    now = timezone.now

    def move(**span):
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(**span))

    return move


def ask(client, typed="robin", **where):
    return client.post(FORGOT, {"login": typed}, **where)


def said(response):
    return words_of(response.content.decode())


def now(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("typed", ["robin", " ROBIN ", "Robin@Rooms.Example"])
def test_a_mail_goes_to_the_address_that_we_have(client, robin, typed):
    assert "Forgot your password?" in client.get(LOGIN).content.decode()
    assert ask(client, typed)["Location"] == SENT
    (mail,) = mails()
    assert (mail.recipient, mail.subject) == ("robin@rooms.example", SUBJECT)
    assert "Your username is robin" in mail.body


def test_a_new_password_still_needs_the_phone_as_before(client, robin):
    phone = Authenticator.objects.values().get(user=robin)
    ask(client)
    answer = choose(client, last_link(), follow=True)
    assert answer.redirect_chain[-1][0] == LOGIN
    assert "Your password is changed" in said(answer)
    assert Authenticator.objects.values().get(user=robin) == phone
    assert type_password(client, password=PASSWORD).status_code == 200
    assert type_password(client, password=NEW)["Location"].startswith("/admin/account/2fa/")
    assert client.get("/admin/").status_code == 302
    type_code(client, code_for())
    assert client.get("/admin/").status_code == 200


def test_a_new_password_by_mail_forgives_no_wrong_code(client, robin):
    """Who has her mailbox would else try codes for ever."""
    thief = Client()
    type_password(thief)
    tries = [type_code(thief, wrong_code()).status_code for _ in range(6)]
    assert tries[-1] == 429
    ask(client)
    choose(client, last_link())
    thief = Client()
    type_password(thief, password=NEW)
    assert type_code(thief, wrong_code()).status_code == 429


def test_a_new_password_by_mail_forgives_no_wrong_spoken_code(client, robin):
    leaving.lost_phone(by=make_inviter(is_superuser=True), user=robin)
    limits.begin(limits.spoken_limits(robin), at=timezone.now())
    ask(client)
    choose(client, last_link())
    spoken = limits.spoken_limits(robin)[0]
    assert tally(**spoken.row, at=timezone.now()).number == 1


def test_her_sessions_end_this_one_too_and_she_is_told(client, robin):
    thief = signed_in(Client(), robin)
    hers = signed_in(client, robin)
    ask(hers)
    assert choose(hers, last_link()).status_code == 302
    for browser in (thief, hers):
        assert browser.get("/admin/").status_code == 302
    told = mails("You have a new password")
    assert [mail.recipient for mail in told] == ["robin@rooms.example"]
    kinds = list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["reset_asked", "session_ended", "password_reset"]


def nobody(robin):
    return "nobody"


def closed(robin):
    return User.objects.filter(pk=robin.pk).update(is_active=False)


def not_staff(robin):
    return User.objects.filter(pk=robin.pk).update(is_staff=False)


def without_an_address(robin):
    return User.objects.filter(pk=robin.pk).update(email="")


def password_taken_away(robin):
    return set_password(user=robin, password=None, by=None)


@pytest.mark.parametrize(
    "case", [nobody, closed, not_staff, without_an_address, password_taken_away]
)
def test_who_gets_nothing_is_answered_alike(client, robin, case):
    right = ask(Client(), "robin")
    AccountLink.objects.all().delete()
    typed = case(robin)
    before = mails()
    answer = ask(client, typed if isinstance(typed, str) else "robin")
    assert (answer.status_code, answer["Location"]) == (right.status_code, right["Location"])
    assert answer.cookies.keys() == right.cookies.keys()
    page = said(client.get(SENT))
    assert "If somebody here has that name or address" in page
    assert "Do we have no address of yours" in page
    assert "Ask the colleague who looks after the accounts" in page
    assert mails() == before
    assert not AccountLink.objects.exists()


def test_who_was_invited_and_has_not_come_gets_no_second_way_in(client):
    """Else an invitation that was taken back could be had by whoever reads the mail."""
    invite(make_inviter())
    ask(client, "jo.sample")
    assert mails(SUBJECT) == []


def work_of(client, typed):
    """How many statements an answer takes, and which tables it writes to."""
    with watched() as tables, CaptureQueriesContext(connection) as queries:
        ask(client, typed)
    savepoints = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")
    return len([q for q in queries if not q["sql"].startswith(savepoints)]), tables


def test_for_nobody_as_much_is_done_as_for_her(robin):
    """So the time tells nothing: neither the first nor the second try. The sign-in log counts one
    more line for a name that nobody has."""
    for _ in range(2):
        (hers, her_tables), (nobodys, tables) = (
            work_of(Client(), "robin"),
            work_of(Client(), "none"),
        )
        assert her_tables == tables
        assert abs(hers - nobodys) <= 1
    assert len(mails()) == 1


def test_a_second_press_sends_no_second_mail_and_leaves_the_first_link(client, robin, later):
    ask(client)
    first = last_link()
    ask(client)
    ask(Client(), **ELSEWHERE)  # a stranger
    assert len(mails()) == 1
    assert client.get(first).status_code == 200
    later(minutes=16)
    ask(client)
    assert len(mails()) == 2
    assert "A newer one was sent" in said(client.get(first))
    assert client.get(last_link()).status_code == 200


def test_strangers_fill_nobodys_mailbox_and_keep_her_out_of_nothing(robin, later):
    hers = sign_in(Client(), **ROOMS)
    hers.post("/admin/account/logout/", **ROOMS)
    before = len(mails(SUBJECT))
    for hour in range(12):
        later(minutes=20 * hour)
        ask(Client(), **ELSEWHERE)
    assert len(mails(SUBJECT)) - before == 6
    later(minutes=20 * 12)
    ask(hers, **ROOMS)
    assert len(mails(SUBJECT)) - before == 7


def test_one_address_asks_twenty_times_an_hour_and_hears_how_long_to_wait(client, robin):
    for number in range(20):
        assert ask(client, f"name{number}", **ROOMS).status_code == 302
    for typed in ("robin", "nobody"):
        answer = ask(client, typed, **ROOMS)
        assert answer.status_code == 429
        assert "This was asked for very often. Wait" in said(answer)
        assert 0 < int(answer["Retry-After"]) <= 3601
    assert ask(client, "robin", **ELSEWHERE).status_code == 302


def test_after_an_hour_it_is_over_and_she_is_shown_the_way_to_another(client, robin, later):
    ask(client)
    later(minutes=59)
    assert client.get(last_link()).status_code == 200
    later(minutes=61)
    for answer in (client.get(last_link()), choose(client, last_link())):
        assert answer.status_code == 410
        assert "It worked for one hour" in said(answer)
        assert "Send me another link" in said(answer)
    assert now(robin).check_password(PASSWORD)


def test_it_works_once(client, robin):
    ask(client)
    choose(client, last_link())
    answer = choose(Client(), last_link(), "nine purple ladders sing")
    assert "This link was used" in said(answer)
    assert now(robin).check_password(NEW)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_staff": False}, {"email": "new@sample.example"}]
)
def test_a_link_dies_with_what_it_stood_on(client, robin, change):
    ask(client)
    User.objects.filter(pk=robin.pk).update(**change)
    assert choose(client, last_link()).status_code == 410
    assert now(robin).check_password(PASSWORD)


def test_a_password_changed_meanwhile_ends_it(client, robin):
    ask(client)
    change_password(by=robin, password="nine purple ladders sing", session_key=None)
    assert "your password was changed since" in said(choose(client, last_link()))
    assert not now(robin).check_password(NEW)


def test_who_left_and_is_back_has_no_link_left(client, robin):
    ask(client)
    chief = make_inviter(is_superuser=True)
    leaving.has_left(by=chief, user=robin)
    leaving.came_back(by=chief, user=robin)
    assert choose(client, last_link()).status_code == 410


def test_two_accounts_of_one_address_get_a_link_each(client, robin):
    other = with_phone("robin.two", email="robin@rooms.example")
    ask(client, "robin@rooms.example")
    names = sorted(m.body.partition("Your username is ")[2].partition(". When")[0] for m in mails())
    assert names == ["robin", "robin.two"]
    assert AccountLink.open_ones(other).count() == 1


def test_an_invitation_is_not_taken_as_a_reset_nor_the_other_way_round(client, robin):
    ask(client)
    with pytest.raises(invitations.DeadLink):
        invitations.take_invitation(token=token_of(last_link()), password=NEW)
    invite(make_inviter())
    with pytest.raises(invitations.DeadLink):
        invitations.take_reset(token=token_of(last_link()), password=NEW)


def test_when_it_cannot_be_told_the_password_stays(client, robin, monkeypatch):
    ask(client)
    monkeypatch.setattr(passwords, "tell", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        choose(client, last_link())
    assert now(robin).check_password(PASSWORD)
    assert client.get(last_link()).status_code == 200


def test_links_that_are_long_over_are_forgotten(robin, later):
    place = Place("192.0.2.1")
    invitations.ask_for_reset(typed="robin", place=place)
    later(days=8)
    invitations.ask_for_reset(typed="robin", place=place)
    assert AccountLink.objects.count() == 1


def test_an_empty_answer_and_a_strange_one(client):
    assert "Type your username" in said(ask(client, ""))
    for typed in ("x\x00y", "a" * 300, "%", "' OR 1=1 --", "🦴"):
        assert ask(client, typed).status_code < 400
    assert mails() == []
