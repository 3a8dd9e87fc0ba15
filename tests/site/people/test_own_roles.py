"""A practice makes its own roles from duties in plain words."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from clinic_site.models import StaffRole
from clinic_site.people import rights, roles
from tests.makers import confirmed, make_user, words_of

pytestmark = pytest.mark.django_db
ADD = "/admin/auth/group/add/"


@pytest.fixture
def staff(client):
    return confirmed(client, make_user(username="chief", is_superuser=True))


def rights_of(name):
    return set(rights.rights_of_group(Group.objects.get(name=name)))


def save(staff, name, *duties, **more):
    group = Group.objects.get(name=name)
    typed = {"name": name, "duties": duties, **more}
    return staff.post(f"/admin/auth/group/{group.pk}/change/", typed)


def longer(monkeypatch, duty, right):
    """A release in which a duty needs one right more."""
    known = roles.all_duties()
    known = {**known, duty: [*known[duty], right]}
    monkeypatch.setattr(roles, "all_duties", lambda: known)
    monkeypatch.setattr(rights, "all_duties", lambda: known)


def test_a_role_is_made_of_what_is_ticked(staff):
    typed = {"name": "Practice nurse", "duties": ["read and decide referrals", "review pages"]}
    assert staff.post(ADD, typed).status_code == 302
    assert {"referrals.change_enquiry", "conditions.sign_review"} <= rights_of("Practice nurse")
    assert "conditions.publish_page" not in rights_of("Practice nurse")
    page = words_of(staff.get("/admin/auth/group/").content.decode())
    assert "Practice nurse" in page
    assert "Reads drafts, and signs that a page is clinically right" in page


def test_what_is_not_ticked_any_more_goes_and_what_another_duty_needs_stays(staff):
    save(staff, "Publisher", "publish pages", "review pages")
    assert "conditions.add_page" not in rights_of("Publisher")
    assert {"conditions.publish_page", "conditions.view_page"} <= rights_of("Publisher")


def test_rights_set_by_hand_are_counted_and_kept(staff):
    group = Group.objects.get(name="Editor")
    group.permissions.add(Permission.objects.get(codename="view_signinevent"))
    page = staff.get(f"/admin/auth/group/{group.pk}/change/")
    assert "1 right set by hand" in words_of(page.content.decode())
    save(staff, "Editor", "review pages")
    assert "clinic_site.view_signinevent" in rights_of("Editor")
    save(staff, "Editor", "review pages", take_away="on")
    assert "clinic_site.view_signinevent" not in rights_of("Editor")


def test_a_release_gives_what_is_new_of_a_ticked_duty_once(staff, monkeypatch):
    staff.post(ADD, {"name": "Own", "duties": ["review pages"]})
    longer(monkeypatch, "review pages", "conditions.view_stage")
    assert "Own: may now also conditions.view_stage." in roles.create_roles()
    Group.objects.get(name="Own").permissions.remove(Permission.objects.get(codename="view_stage"))
    roles.create_roles()
    assert "conditions.view_stage" not in rights_of("Own")


def test_what_was_unticked_stays_away_through_a_release(staff, monkeypatch):
    save(staff, "Clinician", "review pages")
    longer(monkeypatch, "read and decide referrals", "referrals.view_event")
    roles.create_roles()
    assert not {right for right in rights_of("Clinician") if right.startswith("referrals.")}


def test_a_site_from_before_gives_its_clinicians_the_inbox_and_leaves_the_rest():
    """The role as an earlier release made it, renamed, and with a right taken away."""
    role = StaffRole.objects.get(name="Clinician")
    role.group.permissions.set(Permission.objects.filter(codename="sign_review"))
    role.offered = ["conditions.sign_review", "conditions.view_page", "conditions.view_review"]
    role.offered += ["conditions.view_publication"]
    role.save()
    Group.objects.filter(pk=role.group.pk).update(name="Surgeons")
    roles.create_roles()
    given = {"referrals.view_enquiry", "referrals.change_enquiry", "conditions.sign_review"}
    texts = {f"referrals.{what}_replytemplate" for what in ("add", "change", "delete", "view")}
    assert rights_of("Surgeons") == given | texts


def test_a_role_that_was_deleted_leaves_nothing_behind(staff):
    staff.post(ADD, {"name": "Own", "duties": ["review pages"]})
    Group.objects.get(name="Own").delete()
    assert roles.create_roles() == []
    assert not StaffRole.objects.filter(name__startswith=StaffRole.OWN).exists()


def test_the_administrators_of_a_site_still_get_everything(staff):
    save(staff, "Administrator", "review pages", take_away="on")
    assert StaffRole.objects.get(name="Administrator").duties is None


def test_who_may_only_look_sees_the_duties_and_no_form():
    looker = confirmed(Client(), make_user("auth.view_group", username="looker"))
    group = Group.objects.get(name="Editor")
    page = looker.get(f"/admin/auth/group/{group.pk}/change/").content.decode()
    assert "Write pages" in page
    assert 'name="duties"' not in page
    assert looker.post(f"/admin/auth/group/{group.pk}/change/", {"name": "x"}).status_code == 403


def test_each_duty_says_in_a_sentence_what_it_allows():
    assert [duty.name for duty in rights.known_duties() if not duty.words] == []


def test_a_duty_that_another_contains_is_not_said_twice():
    held = rights.in_words(rights_of("Receptionist"))
    assert {duty.name for duty in held.duties} >= {"read and decide referrals"}
    assert [duty.name for duty in held.shown] == ["work through the inbox"]
