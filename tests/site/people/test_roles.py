"""Roles: each release adds what is new, and what staff changed stands."""

from unittest import mock

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, transaction

from clinic_site.models import StaffRole
from clinic_site.people import roles
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def rights_of(name):
    group = StaffRole.objects.get(name=name).group
    return {roles.label(each) for each in group.permissions.select_related("content_type")}


def right(codename):
    return Permission.objects.get(codename=codename, content_type__app_label="referrals")


def with_duty(monkeypatch, *rights):
    """A release in which the inbox needs these rights besides today’s."""
    before = roles.all_duties()
    longer = [*before["work through the inbox"], *rights]
    monkeypatch.setattr(roles, "all_duties", lambda: {**before, "work through the inbox": longer})


def test_a_second_call_changes_nothing():
    before = {name: rights_of(name) for name in roles.ROLES}
    assert roles.create_roles() == []
    assert {name: rights_of(name) for name in roles.ROLES} == before


def test_a_right_that_staff_took_away_stays_away():
    StaffRole.objects.get(name="Receptionist").group.permissions.remove(right("view_notification"))
    roles.create_roles()
    assert "referrals.view_notification" not in rights_of("Receptionist")


def test_a_right_that_staff_gave_stays_given():
    StaffRole.objects.get(name="Receptionist").group.permissions.add(right("view_event"))
    roles.create_roles()
    assert "referrals.view_event" in rights_of("Receptionist")


def test_a_right_that_is_new_arrives_once(monkeypatch):
    with_duty(monkeypatch, "referrals.view_event")
    assert "Receptionist: may now also referrals.view_event." in roles.create_roles()
    StaffRole.objects.get(name="Receptionist").group.permissions.remove(right("view_event"))
    assert roles.create_roles() == []
    assert rights_of("Receptionist") == set(roles.all_duties()["work through the inbox"]) - {
        "referrals.view_event"
    }


def test_a_new_table_reaches_the_administrator():
    role = StaffRole.objects.get(name="Administrator")
    role.offered.remove("referrals.view_event")
    role.save()
    role.group.permissions.remove(right("view_event"))
    roles.create_roles()
    assert "referrals.view_event" in rights_of("Administrator")


def test_a_renamed_group_is_still_the_role(monkeypatch):
    Group.objects.filter(name="Receptionist").update(name="Front desk")
    with_duty(monkeypatch, "referrals.view_event")
    roles.create_roles()
    assert "referrals.view_event" in rights_of("Receptionist")
    assert not Group.objects.filter(name="Receptionist").exists()


def test_a_deleted_group_is_not_made_again():
    Group.objects.get(name="Receptionist").delete()
    assert roles.create_roles() == []
    assert not Group.objects.filter(name="Receptionist").exists()


def test_a_new_role_is_made_from_duties(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "Sample role", ["review pages", "work through the inbox"])
    assert roles.create_roles() == ["Sample role: made."]
    assert {"conditions.sign_review", "referrals.view_enquiry"} <= rights_of("Sample role")


def test_a_group_that_staff_made_is_left_alone(monkeypatch):
    own = Group.objects.create(name="Sample role")
    monkeypatch.setitem(roles.ROLES, "Sample role", ["work through the inbox"])
    assert "already" in roles.create_roles()[0]
    assert roles.create_roles() == []
    assert not own.permissions.exists()


def test_a_failure_midway_offers_the_right_again(monkeypatch):
    with_duty(monkeypatch, "referrals.view_event")
    with mock.patch.object(StaffRole, "save", side_effect=DatabaseError):
        with pytest.raises(DatabaseError):
            roles.create_roles()
    assert "referrals.view_event" not in rights_of("Receptionist")
    roles.create_roles()
    assert "referrals.view_event" in rights_of("Receptionist")


def test_nobody_but_the_administrator_has_every_right():
    everything = {roles.label(permission) for permission in roles.our_permissions()}
    assert [name for name in roles.ROLES if rights_of(name) == everything] == ["Administrator"]


@pytest.mark.parametrize("name", sorted(set(roles.ROLES) - {"Administrator"}))
def test_only_the_administrator_changes_people_and_redacts(name):
    user = make_user(username="robin")
    user.groups.add(Group.objects.get(name=name))
    for forbidden in ("auth.change_user", "auth.change_group", "conditions.redact_publication"):
        assert not user.has_perm(forbidden)


def test_roles_come_also_where_a_first_migrate_was_cut_off():
    for model in (StaffRole, Group, Permission):
        model.objects.all().delete()
    assert len(roles.create_roles()) == len(roles.ROLES)
    assert {"conditions.change_page", "conditions.change_prose"} <= rights_of("Editor")


def test_a_role_whose_rights_are_missing_yet_gets_them_later():
    for model in (StaffRole, Group):
        model.objects.all().delete()
    with mock.patch.object(roles, "our_permissions", return_value=[]):
        roles.create_roles()
    roles.create_roles()
    assert "referrals.view_enquiry" in rights_of("Receptionist")


def test_a_role_is_remembered_once():
    with (
        pytest.raises(IntegrityError, match=r"staff_role_once|staffrole\.name"),
        transaction.atomic(),
    ):
        StaffRole.objects.create(name="Editor")


def test_a_duty_that_no_app_knows_is_refused_with_its_name(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "Sample role", ["sing"])
    found = [error.msg for error in run_checks() if error.id == "clinic_site.E005"]
    assert found == ["The role Sample role has the duty “sing”, which no app knows."]


def test_a_right_that_no_model_has_is_refused_with_its_name(monkeypatch):
    with_duty(monkeypatch, "referrals.see_enquiry")
    found = [error.msg for error in run_checks() if error.id == "clinic_site.E005"]
    assert found == [
        "The duty “work through the inbox” needs the right referrals.see_enquiry,"
        " which no model has."
    ]
