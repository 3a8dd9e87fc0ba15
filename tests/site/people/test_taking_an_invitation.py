"""Behind the link of an invitation: her own password, then her own factor; or what to do next."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from clinic_site.models import AccountLink, SignInEvent
from clinic_site.people.by_mail import invitations
from clinic_site.sign_in.factors import add_phone, has_factor
from clinic_site.sign_in.passwords import set_password
from tests.codes import CONNECT, SECRET, code_for, secret_on, type_password
from tests.makers import confirmed, make_user, queue_sign_in_mail, signed_in, words_of
from tests.site.people.links import (
    NEW,
    choose,
    invite,
    last_link,
    mails,
    make_inviter,
    token_of,
)

CHOOSE = "/admin/account/2fa/choose/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def chief():
    return make_inviter()


@pytest.fixture
def jo(chief):
    return invite(chief)


@pytest.fixture
def path(jo):
    return last_link()


def said(response):
    return words_of(response.content.decode())


def now(jo):
    return User.objects.get(pk=jo.pk)


def test_the_page_says_who_invited_where_and_the_username(client, path):
    page = client.get(path)
    assert "Kim Samplechief invited you to the staff site of" in said(page)
    assert 'value="jo.sample"' in page.content.decode()
    assert "jo@sample.example" not in page.content.decode()


def test_a_program_that_opens_the_link_first_changes_nothing(client, jo, path):
    before = AccountLink.objects.values().get()
    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
        assert Client().post(path).status_code == 200
    assert AccountLink.objects.values().get() == before
    assert choose(client, path).status_code == 302
    assert now(jo).check_password(NEW)


def test_from_the_link_to_the_first_sign_in(client, jo, path):
    answer = choose(client, path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(CHOOSE)
    assert client.get("/admin/").status_code == 302
    client.post(CONNECT, {"code": code_for(secret_on(client))})
    assert client.get("/admin/").status_code == 200
    kinds = list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["invited", "invitation_taken", "phone_connected", "signed_in"]


def test_both_hear_of_it_and_no_mail_holds_the_link_again(client, chief, path):
    choose(client, path)
    (to_her,) = mails("Your account is ready", to="jo@sample.example")
    (to_chief,) = mails("A colleague took your invitation", to=chief.email)
    assert "Your username is jo.sample" in to_her.body
    assert "Jo Sample took your invitation" in to_chief.body
    assert token_of(path) not in to_her.body + to_chief.body


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "short", "too short"),
        ("password password", "password password", "says the same thing again"),
        (NEW, "another", "same password each time"),
        ("sample receptionist", "sample receptionist", "well-known word or two"),
    ],
)
def test_a_poor_password_is_refused_beside_its_field_and_the_link_stays(
    client, jo, path, password, again, why
):
    answer = choose(client, path, password, again)
    assert why in said(answer)
    assert not now(jo).has_usable_password()
    assert invitations.find(token_of(path))


def test_it_works_once(client, jo, path):
    choose(client, path)
    stranger = Client()
    answer = stranger.get(path)
    assert answer.status_code == 410
    assert "You have a password already" in said(answer)
    assert choose(stranger, path, "nine purple ladders sing").status_code == 410
    assert now(jo).check_password(NEW)


def test_who_pressed_twice_or_came_back_goes_on_where_she_was(client, path):
    choose(client, path)
    for answer in (client.get(path, follow=True), choose(client, path, follow=True)):
        assert answer.redirect_chain[-1][0].startswith(CHOOSE)


def test_after_seven_days_it_is_over(client, jo, path, monkeypatch):
    AccountLink.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert client.get(path).status_code == 200
    AccountLink.objects.update(
        made_at=timezone.now() - timedelta(days=7), expires_at=timezone.now()
    )
    answer = choose(client, path)
    assert answer.status_code == 410
    assert "It worked for seven days. Look for a newer mail" in said(answer)
    assert "Ask Kim Samplechief to send you another" in said(answer)
    assert not now(jo).has_usable_password()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_the_link_of_a_colleague_who_has_left_says_so(client, jo, path, change):
    User.objects.filter(pk=jo.pk).update(**change)
    for answer in (client.get(path), choose(client, path)):
        assert answer.status_code == 410
        assert "This account is closed" in said(answer)
    assert not now(jo).has_usable_password()


def close(chief):
    User.objects.filter(pk=chief.pk).update(is_active=False)


def lose_the_right(chief):
    chief.groups.set([Group.objects.get(name="Receptionist")])


def lose_what_was_given(chief):
    """She still invites, and does not read enquiries any more."""
    group = Group.objects.create(name="Inviters")
    group.permissions.set(chief.groups.get().permissions.filter(codename="add_user"))
    chief.groups.set([group])


@pytest.mark.parametrize("change", [close, lose_the_right, lose_what_was_given])
def test_what_the_inviter_may_no_longer_give_is_not_taken(client, chief, jo, path, change):
    change(chief)
    for answer in (client.get(path), choose(client, path)):
        assert answer.status_code == 410
        assert "Please ask for a new invitation" in said(answer)
    assert not now(jo).has_usable_password()
    other = make_inviter("other")
    invitations.send_again(by=other, user=jo)
    assert choose(client, last_link()).status_code == 302


def test_roles_that_a_colleague_added_meanwhile_count_as_well(client, jo, path):
    """Who invited does not stand for them."""
    owner = make_user(username="owner", is_superuser=True)
    User.objects.filter(pk=jo.pk).update(is_superuser=True)
    assert "Please ask for a new invitation" in said(client.get(path))
    invitations.send_again(by=owner, user=jo)
    assert client.get(last_link()).status_code == 200


def test_a_mail_to_an_address_that_was_a_slip_opens_nothing_once_it_is_mended(client, jo, path):
    User.objects.filter(pk=jo.pk).update(email="jo@right.example")
    assert "a newer one was sent" in said(choose(client, path))
    assert not now(jo).has_usable_password()


def test_a_password_set_by_a_colleague_ends_the_link(client, chief, jo, path):
    set_password(user=jo, password="another phrase that is long", by=chief)
    assert choose(client, path).status_code == 410
    assert not now(jo).check_password(NEW)


def test_an_administrator_who_tries_it_herself_does_not_take_it(client, chief, jo, path):
    staff = confirmed(client, chief)
    for answer in (staff.get(path), choose(staff, path)):
        assert answer.status_code == 409
        assert "This link is for somebody else" in said(answer)
        assert "You are signed in as chief" in said(answer)
    assert not now(jo).has_usable_password()
    assert staff.get("/admin/").status_code == 200


def test_who_has_a_factor_already_is_asked_for_it(client, jo, path, chief):
    """An account whose password was taken away, and who is invited anew."""
    add_phone(jo, SECRET, 0)
    answer = choose(client, path)
    assert answer["Location"].startswith("/admin/account/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302


def test_before_the_link_is_taken_nobody_signs_in(client, jo):
    for password in ("", "!", NEW):
        assert type_password(client, "jo.sample", password).status_code in {200, 429}
    assert not has_factor(jo)


def test_where_the_mail_cannot_be_queued_nothing_is_taken(client, jo, path, monkeypatch):
    told = []
    monkeypatch.setattr(invitations, "tell", lambda *a, **k: told.append(a) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        choose(client, path)
    assert told
    assert not now(jo).has_usable_password()
    assert invitations.find(token_of(path))


@pytest.mark.parametrize("token", ["0" * 40, "x", "a" * 3000, "ü", "%00", "%ff", "0%20" * 20])
def test_a_link_that_was_never_sent_says_what_to_do(client, token):
    answer = client.get(f"/admin/account/link/{token}/")
    assert answer.status_code == 404
    if "%00" not in token:
        assert "This link does not work" in said(answer)


def test_guesses_are_slowed_down_and_a_right_link_opens_all_the_same(client, path, monkeypatch):
    for number in range(61):
        answer = client.get(f"/admin/account/link/{number:040}/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert client.get(path).status_code == 200


def test_a_form_that_another_site_sends_is_refused(jo, path):
    careful = Client(enforce_csrf_checks=True)
    assert choose(careful, path).status_code == 403
    assert not now(jo).has_usable_password()


def test_her_session_from_before_is_another_afterwards(client, path):
    """Whoever planted a cookie in her browser is not in it."""
    signed_in(client, make_user(username="pat"))
    client.post("/admin/account/logout/")
    planted = client.session.session_key
    choose(client, path)
    assert client.session.session_key != planted
