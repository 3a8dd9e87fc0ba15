"""Nobody can sign in any more: a command on the server lets an owner in, and all owners hear it."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from clinic_site.management.commands import let_owner_in
from clinic_site.models import SignInEvent
from clinic_site.people import letting_in
from tests.codes import PASSWORD, sign_in, type_password, with_phone
from tests.makers import make_user

pytestmark = pytest.mark.django_db
NEW = "plum kettle orbit sand"


@pytest.fixture
def robin():
    return with_phone()


@pytest.fixture
def terminal(monkeypatch):
    """What is typed there: the name to go on, and passwords one after the other."""

    class Terminal:
        name, passwords = "robin", [NEW, NEW]

        def asked(self, prompt):
            return self.name

        def asked_in_secret(self, prompt):
            return self.passwords.pop(0)

    typed = Terminal()
    monkeypatch.setattr("builtins.input", typed.asked)
    monkeypatch.setattr(let_owner_in, "getpass", typed.asked_in_secret)
    return typed


def as_it_was():
    return User.objects.get(username="robin").check_password(PASSWORD) and (
        Authenticator.objects.exists()
    )


def test_she_signs_in_with_the_new_password_and_connects_a_phone(robin, terminal):
    call_command("let_owner_in", "robin")
    browser = Client()
    type_password(browser, password=NEW)
    assert (
        browser.get("/admin/", follow=True).request["PATH_INFO"].startswith("/admin/account/2fa/")
    )
    assert not Authenticator.objects.exists()


def test_whoever_was_signed_in_is_out_and_the_old_password_opens_nothing(robin, terminal):
    browser = sign_in(Client())
    call_command("let_owner_in", "robin")
    assert browser.get("/admin/").status_code == 302
    assert type_password(Client()).status_code != 302


def test_every_owner_with_an_open_account_hears_of_it(robin, terminal, capsys):
    administrator = make_user(username="kim", email="kim@rooms.example")
    administrator.groups.add(Group.objects.get(name="Administrator"))
    with_phone("lee", is_active=False)
    make_user(username="rae", email="rae@rooms.example")
    call_command("let_owner_in", "robin")
    told = [one.to[0] for one in mail.outbox if one.subject == "Somebody was let in on the server"]
    assert sorted(told) == ["kim@rooms.example", "robin@rooms.example"]


def test_an_owner_without_an_address_is_named_at_the_terminal(robin, terminal, capsys):
    make_user(username="kim", is_superuser=True)
    call_command("let_owner_in", "robin")
    assert "no email address to tell kim" in capsys.readouterr().out


def test_the_sign_in_log_has_a_line(robin, terminal):
    call_command("let_owner_in", "robin")
    assert SignInEvent.objects.filter(kind="let_in", user_id=robin.pk, by=None).count() == 1


@pytest.mark.parametrize(
    ("name", "passwords"),
    [("no", []), ("robin", ["a", "b"] * 3), ("robin", ["password", "password"] * 3)],
)
def test_who_types_something_else_changes_nothing(robin, terminal, name, passwords):
    terminal.name, terminal.passwords = name, passwords
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("let_owner_in", "robin")
    assert as_it_was()
    assert not mail.outbox


def test_without_a_terminal_nothing_is_done(robin, terminal, monkeypatch):
    def closed(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    with pytest.raises(CommandError, match="at a terminal"):
        call_command("let_owner_in", "robin")
    assert as_it_was()


def test_a_closed_account_is_opened_only_where_that_is_said(robin, terminal):
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="--reactivate"):
        call_command("let_owner_in", "robin")
    assert as_it_was()
    call_command("let_owner_in", "robin", "--reactivate")
    robin.refresh_from_db()
    assert robin.is_active
    assert robin.check_password(NEW)


def test_who_looks_after_no_accounts_is_helped_by_an_owner(robin, terminal):
    make_user("auth.view_user", username="rae")
    with pytest.raises(CommandError, match="robin"):
        call_command("let_owner_in", "rae")
    with pytest.raises(letting_in.NotAnOwner):
        letting_in.let_in(user=User.objects.get(username="rae"), password=NEW)


def test_a_name_that_nobody_has_is_answered_with_those_of_the_owners(robin, terminal):
    with pytest.raises(CommandError, match="The owners: robin"):
        call_command("let_owner_in", "kim")


def test_where_there_is_no_owner_it_says_how_to_make_one(db, terminal):
    make_user(username="rae")
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("let_owner_in", "rae")


def test_a_failure_midway_leaves_all_as_it_was(robin, terminal, monkeypatch):
    def fails(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(letting_in, "tell", fails)
    with pytest.raises(ConnectionError):
        call_command("let_owner_in", "robin")
    assert as_it_was()
    assert not SignInEvent.objects.filter(kind="let_in").exists()
