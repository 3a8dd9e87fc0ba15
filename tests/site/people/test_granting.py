"""Nobody grants what she does not hold, and nobody takes an account that may do more than hers.

Each test is an attack: by somebody with the right to change accounts, past the form as well.
"""

import threading
from contextlib import suppress

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic_site.models import StaffRole
from clinic_site.people import granting
from tests.codes import with_phone
from tests.makers import confirmed, make_user, queue_sign_in_mail, words_of

pytestmark = pytest.mark.django_db
PEOPLE = [
    f"auth.{verb}_{kind}"
    for verb in ("view", "add", "change", "delete")
    for kind in ("user", "group")
]
NEW = "seven green kettles hum"
THIEF = "thief@elsewhere.example"


@pytest.fixture(autouse=True)
def _the_outbox(settings):
    queue_sign_in_mail(settings)


@pytest.fixture
def manager():
    """Looks after accounts, and may read no page and no enquiry."""
    return make_user(*PEOPLE, username="manager")


@pytest.fixture
def staff(client, manager):
    return confirmed(client, manager)


@pytest.fixture
def robin():
    return make_user(username="robin")


def permission(name):
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def address(row, page="change"):
    return f"/admin/auth/{row._meta.model_name}/{row.pk}/{page}/"


def fields_of(user):
    return {
        "username": user.username,
        "email": user.email,
        "groups": list(user.groups.values_list("pk", flat=True)),
        **({"is_superuser": "on"} if user.is_superuser else {}),
    }


def save(staff, user, **changes):
    return staff.post(address(user), {**fields_of(user), **changes})


def rights(user):
    return User.objects.get(pk=user.pk).get_all_permissions()


def said(response):
    return words_of(response.content.decode())


def test_who_looks_after_accounts_makes_nobody_a_superuser(staff, robin, manager):
    for user in (robin, manager):
        save(staff, user, is_superuser="on", is_superuser_0="on")
        assert not User.objects.get(pk=user.pk).is_superuser


def test_she_gives_herself_nothing(staff, manager):
    before = rights(manager)
    everything = list(Permission.objects.values_list("pk", flat=True))
    groups = list(Group.objects.values_list("pk", flat=True))
    save(staff, manager, user_permissions=everything, groups=groups)
    assert rights(manager) == before


def test_no_single_right_is_given_by_a_form_that_does_not_ask_for_one(staff, robin):
    save(
        staff, robin, user_permissions=[permission("auth.view_user").pk], is_active="", is_staff=""
    )
    robin.refresh_from_db()
    assert rights(robin) == set()
    assert (robin.is_active, robin.is_staff) == (True, True)


def test_she_puts_a_colleague_into_no_group_that_may_do_more(staff, robin):
    response = save(staff, robin, groups=[Group.objects.get(name="Administrator").pk])
    assert "Not “Administrator”" in said(response)
    assert rights(robin) == set()


def test_she_gives_what_she_holds_and_keeps_what_others_gave(staff, robin):
    helpers = Group.objects.create(name="Helpers")
    helpers.permissions.add(permission("auth.view_group"))
    assert save(staff, robin, groups=[helpers.pk]).status_code == 302
    assert rights(robin) == {"auth.view_group"}


def test_rights_given_by_hand_stay_until_somebody_ticks_that_they_go(staff, robin):
    robin.user_permissions.add(permission("auth.view_user"))
    assert save(staff, robin).status_code == 302
    assert rights(robin) == {"auth.view_user"}
    assert "1 right set by hand" in said(staff.get(address(robin)))
    save(staff, robin, take_away="on")
    assert rights(robin) == set()


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("more", ["a superuser", "a receptionist"])
def test_an_account_that_may_do_more_is_not_taken(staff, more, is_active):
    """By its address, its password, or by closing it; a closed one could be opened again."""
    chief = make_user(
        username="chief",
        email="chief@rooms.example",
        is_superuser=more == "a superuser",
        is_active=is_active,
    )
    if not chief.is_superuser:
        chief.groups.add(Group.objects.get(name="Receptionist"))
    before = User.objects.values().get(pk=chief.pk)
    assert save(staff, chief, email=THIEF).status_code == 403
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "x"}
    assert staff.post(address(chief, "password"), typed).status_code == 403
    assert staff.post(address(chief, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.values().get(pk=chief.pk) == before
    assert "cannot change it" in said(staff.get(address(chief))) or chief.is_superuser


def test_a_list_changes_and_deletes_nobody_in_bulk(staff, robin):
    chief = make_user(username="chief", is_superuser=True)
    picked = {"_selected_action": [robin.pk, chief.pk], "action": "delete_selected", "post": "yes"}
    for kind in ("user", "group"):
        staff.post(f"/admin/auth/{kind}/", picked)
    edited = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": robin.pk}
    staff.post("/admin/auth/user/", {**edited, "form-0-is_superuser": "on", "_save": "Save"})
    assert User.objects.filter(pk__in=[robin.pk, chief.pk]).count() == 2
    assert not User.objects.get(pk=robin.pk).is_superuser


def test_the_group_of_administrators_is_changed_by_superusers_only(client):
    admin = make_user(username="admin")
    admin.groups.add(Group.objects.get(name="Administrator"))
    group = StaffRole.objects.get(name="Administrator").group
    group.name = "Owners"
    group.save()
    staff = confirmed(client, admin)
    assert staff.post(address(group), {"name": "Gone"}).status_code == 403
    assert staff.post(address(group, "delete"), {"post": "yes"}).status_code == 403
    assert group.permissions.exists()
    chief = confirmed(Client(), make_user(username="chief", is_superuser=True))
    assert chief.post(address(group), {"name": "Chiefs"}).status_code == 302


def test_a_role_gets_no_duty_that_she_lacks(staff):
    group = Group.objects.create(name="Helpers")
    beyond = ["work through the inbox"]
    response = staff.post(address(group), {"name": "Helpers", "duties": beyond})
    assert "Not “Work through the inbox”. You may not give it" in said(response)
    staff.post("/admin/auth/group/add/", {"name": "More", "duties": beyond})
    assert not Permission.objects.filter(group__in=[group]).exists()
    assert not Group.objects.filter(name="More").exists()


def test_she_changes_neither_her_own_group_nor_one_that_may_do_more(staff, manager):
    hers = Group.objects.create(name="Hers")
    manager.groups.add(hers)
    for group in (hers, Group.objects.get(name="Receptionist")):
        assert staff.post(address(group), {"name": "Gone"}).status_code == 403
        assert staff.post(address(group, "delete"), {"post": "yes"}).status_code == 403


def test_nobody_closes_or_deletes_her_own_account_so_one_keeper_always_stays(client):
    chief = make_user(username="chief", is_superuser=True)
    staff = confirmed(client, chief)
    fields = {key: value for key, value in fields_of(chief).items() if key != "is_superuser"}
    staff.post(address(chief), fields)
    staff.post(address(chief, "has-left"))
    assert staff.post(address(chief, "delete"), {"post": "yes"}).status_code == 403
    chief.refresh_from_db()
    assert chief.is_active
    assert chief.is_staff
    assert chief.is_superuser


def test_an_owner_says_of_herself_that_she_is_a_clinician_and_nobody_else_does(client, manager):
    clinician = Group.objects.get(name="Clinician")
    chief = make_user(username="chief", is_superuser=True)
    for user, is_one in ((chief, True), (manager, False)):
        browser = confirmed(Client(), user)
        assert ("Role: what may she do?" in browser.get(address(user)).text) is is_one
        browser.post(address(user), {**fields_of(user), "groups": [clinician.pk]})
        assert user.groups.filter(pk=clinician.pk).exists() is is_one
    assert "Are you a clinician?" in confirmed(client, chief).get(address(chief)).text
    chief.refresh_from_db()
    assert chief.is_superuser


def test_who_has_just_been_closed_closes_nobody(manager):
    """Of two who close each other's account at once, the second is asked again."""
    User.objects.filter(pk=manager.pk).update(is_active=False)
    with transaction.atomic(), pytest.raises(PermissionDenied):
        granting.locked(manager, "auth.change_user")


@pytest.mark.django_db(transaction=True)
def test_two_superusers_do_not_close_each_other_at_once():
    pair = [make_user(username=name, is_superuser=True) for name in ("first", "second")]
    clients = [confirmed(Client(), user) for user in pair]
    start = threading.Barrier(2, timeout=20)

    def close(staff, user):
        start.wait()
        try:
            with suppress(OperationalError):  # the tests' SQLite refuses the second at once
                staff.post(address(user, "has-left"))
        finally:
            connection.close()

    each = [threading.Thread(target=close, args=a) for a in zip(clients, pair[::-1], strict=True)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join(timeout=60)
    assert User.objects.filter(is_active=True, is_superuser=True).count() == 1


def test_a_person_with_history_is_closed_and_not_deleted(client, robin):
    staff = confirmed(client, make_user(username="chief", is_superuser=True))
    kind = ContentType.objects.get_for_model(robin)
    LogEntry.objects.create(
        user=robin, content_type=kind, object_id=1, object_repr="x", action_flag=CHANGE
    )
    assert staff.post(address(robin, "delete"), {"post": "yes"}).status_code == 403
    assert staff.post(address(robin, "has-left")).status_code == 302
    assert not User.objects.get(pk=robin.pk).is_active
    came = make_user(username="came", last_login=timezone.now())
    assert staff.post(address(came, "delete"), {"post": "yes"}).status_code == 403


def test_an_account_that_was_made_by_mistake_is_deleted(client, robin):
    staff = confirmed(client, make_user(username="chief", is_superuser=True))
    assert staff.post(address(robin, "delete"), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=robin.pk).exists()


FORMS = ["invite/", "{0}/change/", "{0}/password/", "{0}/delete/"]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_asks_for_a_code_before_it_opens(client, robin, form):
    staff = confirmed(client, make_user(username="chief", is_superuser=True), ago=11 * 60)
    response = staff.get("/admin/auth/user/" + form.format(robin.pk))
    assert "/2fa/reauthenticate/?next=" in response["Location"]


def test_where_the_code_grew_old_nothing_is_saved_and_nothing_typed_is_lost(client, robin):
    """A session that was left open, and a request past the form."""
    staff = confirmed(client, make_user(username="chief", is_superuser=True), ago=11 * 60)
    response = save(staff, robin, email="robin@new.example")
    assert "Type a new code" in said(response)
    assert "robin@new.example" in response.content.decode()
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "x"}
    assert "Type a new code" in said(staff.post(address(robin, "password"), typed))
    assert staff.post(address(robin, "delete"), {"post": "yes"}).status_code == 302
    robin.refresh_from_db()
    assert robin.email == ""
    assert not robin.check_password(NEW)


def test_groups_too_ask_for_a_code(client):
    staff = confirmed(client, make_user(username="chief", is_superuser=True), ago=11 * 60)
    group = Group.objects.create(name="Helpers")
    assert "reauthenticate" in staff.get(address(group))["Location"]
    assert "Type a new code" in said(staff.post(address(group), {"name": "Others"}))
    assert Group.objects.filter(name="Helpers").exists()


def test_her_own_password_needs_the_one_before(client):
    chief = with_phone("chief")
    staff = confirmed(client, chief)
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "x"}
    response = staff.post(address(chief, "password"), typed)
    assert response["Location"] == "/admin/account/password/change/"
    chief.refresh_from_db()
    assert not chief.check_password(NEW)
