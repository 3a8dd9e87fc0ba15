"""The page of all people: each fact a colleague asks for, and nothing raw."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from clinic_site.people.cards import cards, in_words, invited_by
from clinic_site.sign_in.codes import make_spoken_code
from tests.codes import with_phone
from tests.makers import confirmed, make_user, signed_in, words_of

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/auth/user/"


def card(user):
    return cards(User.objects.filter(pk=user.pk))[0]


def test_role_second_factor_sessions_and_when_she_was_seen():
    robin = with_phone(is_superuser=True)
    RecoveryCodes.activate(robin)
    robin.groups.add(Group.objects.get(name="Editor"))
    signed_in(Client(), robin).get("/admin/")
    shown = card(robin)
    assert shown.roles == ["Owner", "Editor"]
    assert shown.factors == "Phone, 10 codes left"
    assert shown.sessions == 1
    assert timezone.now() - shown.last_seen < timedelta(minutes=1)


def test_somebody_who_never_came():
    shown = card(make_user(username="new"))
    assert (shown.factors, shown.has_factor, shown.sessions) == ("None yet", False, 0)
    assert (shown.last_seen, shown.roles, shown.invited_by) == (None, [], "–")


def test_passkeys_are_counted():
    keys = [Authenticator(type=Authenticator.Type.WEBAUTHN, data={}) for _ in range(2)]
    assert in_words(keys) == "2 passkeys"
    assert in_words(keys[:1]) == "1 passkey"


def test_where_nobody_was_invited_nobody_stands_there():
    assert invited_by([make_user()]) == {}


def test_who_waits_for_a_code_is_marked(client):
    robin = make_user(username="robin")
    make_spoken_code(user=robin)
    page = confirmed(client, make_user(username="chief", is_superuser=True)).get(PEOPLE)
    assert "waits for a code from a colleague" in words_of(page.content.decode())


def test_who_is_gone_stands_apart(client):
    make_user(username="gone", is_active=False)
    page = confirmed(client, make_user(username="chief", is_superuser=True)).get(PEOPLE)
    assert [c.name for c in page.context["gone"]] == ["gone"]
    assert [c.name for c in page.context["here"]] == ["chief"]


def test_nothing_raw_stands_on_any_page_about_people(client):
    robin = with_phone(is_superuser=False)
    robin.user_permissions.add(Permission.objects.get(codename="view_enquiry"))
    staff = confirmed(client, make_user(username="chief", is_superuser=True))
    group = Group.objects.get(name="Administrator")
    for url in (PEOPLE, f"{PEOPLE}{robin.pk}/change/", f"/admin/auth/group/{group.pk}/change/"):
        html = staff.get(url).content.decode()
        for raw in ("view_enquiry", "Can view", "user_permissions", "is_staff", "Superuser", "{&"):
            assert raw not in html, (url, raw)


def test_the_number_of_queries_does_not_grow_with_the_people(client, django_assert_max_num_queries):
    staff = confirmed(client, make_user(username="chief", is_superuser=True))
    for number in range(12):
        with_phone(username=f"person{number}")
    with django_assert_max_num_queries(30):
        staff.get(PEOPLE)


def test_who_may_not_see_accounts_sees_none(client):
    signed_in(client, make_user())
    assert client.get(PEOPLE).status_code == 403
    assert client.get("/admin/auth/group/").status_code == 403
