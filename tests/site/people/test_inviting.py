"""An administrator invites by mail, sends it again, takes it back; nobody else does."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinic_site.models import AccountLink, SignInEvent
from clinic_site.people.by_mail import invitations, invite_page
from tests.makers import confirmed, make_user, queue_sign_in_mail, words_of
from tests.site.people.links import INVITE, invite, last_link, mails, make_inviter, token_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def chief():
    return make_inviter()


@pytest.fixture
def staff(client, chief):
    return confirmed(client, chief)


def said(response):
    return words_of(response.content.decode())


def kinds():
    return list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_she_gets_an_account_without_a_password_and_a_mail_with_a_link(staff, chief):
    answer = staff.post(INVITE, typed(), follow=True)
    jo = User.objects.get(username="jo.sample")
    assert "An invitation is on its way to jo@sample.example" in said(answer)
    assert (jo.is_staff, jo.is_superuser, jo.has_usable_password()) == (True, False, False)
    assert [group.name for group in jo.groups.all()] == ["Receptionist"]
    (mail,) = mails(to="jo@sample.example")
    assert "Kim Samplechief invites you to the staff site" in mail.body
    assert "Your username is jo.sample" in mail.body
    link = AccountLink.objects.get()
    assert (link.user, link.made_by, link.purpose) == (jo, chief, "invitation")
    assert link.expires_at - link.made_at == invitations.STANDS["invitation"]
    assert kinds() == ["invited"]


def test_the_password_is_typed_by_nobody_else(staff):
    page = staff.get(INVITE).content.decode()
    assert "password" not in "".join(part for part in page.split("<") if part.startswith("input"))
    assert staff.get("/admin/auth/user/add/")["Location"] == INVITE
    accomplice = {"username": "accomplice", "password1": "x" * 20, "password2": "x" * 20}
    assert staff.post("/admin/auth/user/add/", accomplice)["Location"] == INVITE
    assert not User.objects.filter(username="accomplice").exists()
    assert "Invite a colleague" in staff.get("/admin/auth/user/").content.decode()


@pytest.mark.parametrize(
    ("names", "username"),
    [
        (("Jo", "Sample"), "jo.sample"),
        (("Zoë", "O’Brien-Núñez"), "zoe.obriennunez"),
        (("Cher", "李"), "cher"),
        (("李", "娜"), "li.na"),
        (("!", "?"), "li.na"),
    ],
)
def test_a_username_is_made_of_the_name(chief, names, username):
    email = {"email": "Li.Na@sample.example"}
    jo = invite(chief, first_name=names[0], last_name=names[1], **email)
    assert jo.username in {username, username.replace(".", "")}


def test_of_two_with_one_name_the_second_gets_a_number(chief):
    make_user(username="Jo.Sample")
    assert invite(chief).username == "jo.sample2"
    assert invite(chief, email="other@sample.example").username == "jo.sample3"


def test_who_has_an_account_is_not_invited_again(staff):
    make_user(username="other", email="JO@sample.example")
    answer = staff.post(INVITE, typed(username="other"))
    assert invite_page.ADDRESS_TAKEN in said(answer)
    assert invite_page.NAME_TAKEN in said(answer)
    assert 'value="Sample"' in answer.content.decode()
    assert not AccountLink.objects.exists()


def test_of_two_who_invite_the_same_at_once_the_second_is_told(staff, chief, monkeypatch):
    """Her form was fine when it was looked at."""
    form = invite_page.InvitationForm
    monkeypatch.setattr(form, "clean_email", lambda self: self.cleaned_data["email"])
    invite(chief)
    assert invite_page.ADDRESS_TAKEN in said(staff.post(INVITE, typed()))
    assert User.objects.filter(email="jo@sample.example").count() == 1


def test_no_role_is_given_that_goes_beyond_her_own_account(client):
    manager = make_user("auth.add_user", "referrals.view_enquiry", username="manager")
    helpers = Group.objects.create(name="Helpers")
    helpers.permissions.add(Permission.objects.get(codename="view_enquiry"))
    staff = confirmed(client, manager)
    page = said(staff.get(INVITE))
    assert "Helpers" in page
    assert "Receptionist" not in page
    assert "not one of the available choices" in said(staff.post(INVITE, typed("Administrator")))
    with pytest.raises(PermissionDenied):
        invite(manager, "Receptionist")
    assert staff.post(INVITE, typed("Helpers")).status_code == 302
    assert list(User.objects.get(username="jo.sample").groups.all()) == [helpers]


def test_extra_fields_give_nothing(staff):
    extra = {"is_superuser": "on", "is_active": "", "user_permissions": [1], "password": "x" * 20}
    staff.post(INVITE, {**typed(), **extra})
    jo = User.objects.get(username="jo.sample")
    assert not jo.is_superuser
    assert not jo.user_permissions.exists()
    assert not jo.has_usable_password()


def test_who_may_not_make_accounts_neither_opens_it_nor_presses(client):
    jo = invite(make_inviter())
    staff = confirmed(client, make_user("auth.change_user", username="sam"))
    before = mails()
    for address in (INVITE, f"/admin/auth/user/{jo.pk}/invite-again/"):
        assert staff.post(address, typed(email="b@sample.example")).status_code == 403
    assert staff.post(f"/admin/auth/user/{jo.pk}/withdraw/").status_code == 403
    assert staff.get(INVITE).status_code == 403
    assert staff.get("/admin/auth/user/add/").status_code == 403
    assert mails() == before
    assert invitations.open_invitation(jo)


def test_a_code_is_asked_for_before_and_nothing_typed_is_lost(client, chief):
    staff = confirmed(client, chief, ago=11 * 60)
    assert "/2fa/reauthenticate/?next=" in staff.get(INVITE)["Location"]
    answer = staff.post(INVITE, typed())
    assert "Type a new code" in said(answer)
    assert 'value="jo@sample.example"' in answer.content.decode()
    assert not AccountLink.objects.exists()


def test_sent_again_the_one_before_is_dead(staff, chief):
    jo = invite(chief)
    first = token_of(last_link())
    answer = staff.post(f"/admin/auth/user/{jo.pk}/invite-again/", follow=True)
    assert "The one before works no more" in said(answer)
    with pytest.raises(invitations.DeadLink) as refusal:
        invitations.find(first)
    assert refusal.value.why is invitations.Why.WITHDRAWN
    assert invitations.find(token_of(last_link())).user == jo
    assert kinds() == ["invited", "invited"]


def test_taken_back_it_is_dead_and_the_account_opens_to_nobody(staff, chief):
    jo = invite(chief)
    answer = staff.post(f"/admin/auth/user/{jo.pk}/withdraw/", follow=True)
    assert "is taken back" in said(answer)
    with pytest.raises(invitations.DeadLink):
        invitations.find(token_of(last_link()))
    assert not User.objects.get(pk=jo.pk).has_usable_password()
    assert kinds() == ["invited", "invitation_withdrawn"]
    assert invitations.withdraw(by=chief, user=jo) == 0


def test_a_button_pressed_with_an_old_code_does_nothing_and_says_what_to_do(client, chief):
    jo = invite(chief)
    staff = confirmed(client, chief, ago=11 * 60)
    answer = staff.post(f"/admin/auth/user/{jo.pk}/withdraw/", follow=True)
    assert "Type your code, then press the button once more" in said(answer)
    assert invitations.open_invitation(jo)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_staff": False}, {"email": ""}, {"password": "x"}]
)
def test_who_has_a_password_or_has_left_is_not_invited_again(staff, chief, change):
    jo = invite(chief)
    User.objects.filter(pk=jo.pk).update(**change)
    with pytest.raises(invitations.NotWaiting):
        invitations.send_again(by=chief, user=jo)
    answer = staff.post(f"/admin/auth/user/{jo.pk}/invite-again/", follow=True)
    assert "it has a password, is closed, or has no mail address" in said(answer)
    assert len(mails("invited")) == 1


def test_an_account_that_may_do_more_is_invited_again_by_nobody_who_may_less(client, chief):
    jo = invite(chief, "Administrator")
    manager = make_user("auth.add_user", "auth.change_user", username="manager")
    staff = confirmed(client, manager)
    for button in ("invite-again", "withdraw"):
        staff.post(f"/admin/auth/user/{jo.pk}/{button}/")
    assert invitations.open_invitation(jo).made_by == chief
    assert len(mails("invited")) == 1


def test_where_the_mail_cannot_be_queued_there_is_no_account(chief, monkeypatch):
    monkeypatch.setattr(invitations, "tell", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invite(chief)
    assert not User.objects.filter(username="jo.sample").exists()
    assert not AccountLink.objects.exists()


def test_an_account_that_was_invited_by_mistake_can_be_deleted(client, chief):
    jo = invite(chief)
    staff = confirmed(client, make_user(username="owner", is_superuser=True))
    assert staff.post(f"/admin/auth/user/{jo.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not AccountLink.objects.exists()


def test_who_invited_has_a_history_and_is_closed_not_deleted(client, chief):
    invite(chief)
    staff = confirmed(client, make_user(username="owner", is_superuser=True))
    assert staff.post(f"/admin/auth/user/{chief.pk}/delete/", {"post": "yes"}).status_code == 403


BROKEN = {
    "account_link_one_open": {},
    "account_link_says_who_invited": {"made_by": None, "withdrawn_at": "made_at"},
    "account_link_ends_later": {"expires_at": "made_at", "withdrawn_at": "made_at"},
    "account_link_used_or_withdrawn": {"used_at": "made_at", "withdrawn_at": "made_at"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_itself_refuses(chief, name):
    invite(chief)
    link = AccountLink.objects.get()
    for field, value in BROKEN[name].items():
        setattr(link, field, value and getattr(link, value))
    link.pk, link.token_hash = None, "0" * 64
    with pytest.raises(IntegrityError, match=name if name != "account_link_one_open" else None):
        with transaction.atomic():
            link.save()
