"""Roles for content; the verb refuses, not only the button."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from conditions.publishing import reviewing, verbs
from tests.makers import make_page, make_user, signed_in

pytestmark = pytest.mark.django_db


def member(role):
    user = make_user(username=role.lower())
    user.groups.add(Group.objects.get(name=role))
    return user


def attempt(verb):
    try:
        verb()
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize(
    ("role", "may_publish", "may_sign", "may_redact"),
    [
        ("Editor", False, False, False),
        ("Publisher", True, False, False),
        ("Clinician", False, True, False),
        ("Receptionist", False, False, False),
        ("Administrator", True, False, True),
    ],
)
def test_each_role_may_do_what_it_is_for(role, may_publish, may_sign, may_redact):
    page, user = make_page(), member(role)
    publication = verbs.publish_starter(page=page)
    assert attempt(lambda: verbs.publish(page=page, by=user)) is may_publish
    assert attempt(lambda: reviewing.sign(page=page, by=user)) is may_sign
    redacted = attempt(lambda: verbs.redact(publication=publication, by=user, reason="x"))
    assert redacted is may_redact


def test_an_owner_signs_once_she_has_the_role_of_a_clinician():
    page, owner = make_page(), make_user(is_superuser=True)
    verbs.publish_starter(page=page)
    assert not attempt(lambda: reviewing.sign(page=page, by=owner))
    owner.groups.add(*Group.objects.filter(name__in=["Clinician", "Administrator"]))
    assert attempt(lambda: reviewing.sign(page=page, by=owner))


@pytest.mark.parametrize("who", ["Administrator", "owner"])
def test_who_is_no_clinician_sees_no_button_and_reads_who_can(client, who):
    page = make_page()
    verbs.publish_starter(page=page)
    user = make_user(is_superuser=True) if who == "owner" else member(who)
    doctor = make_user(username="dr", first_name="Sam", last_name="Sampledoctor")
    doctor.groups.add(Group.objects.get(name="Clinician"))
    browser = signed_in(client, user)
    html = browser.get(f"/admin/conditions/page/{page.pk}/preview/").text
    assert "I have read the public page and sign it" not in html
    assert "Who can here:" in html
    assert "Sam Sampledoctor" in html
    press = browser.post(f"/admin/conditions/page/{page.pk}/sign/", {"sure": "on", "seen": "x"})
    assert press.status_code == 403
    assert not page.reviews.exists()


def test_the_button_asks_once(client):
    page = make_page()
    verbs.publish_starter(page=page)
    browser = signed_in(client, member("Clinician"))
    address = f"/admin/conditions/page/{page.pk}/"
    html = browser.get(f"{address}preview/").text
    assert 'name="sure" required' in html
    read = html.partition('name="seen" value="')[2].partition('"')[0]
    answer = browser.post(f"{address}sign/", {"seen": read}, follow=True)
    assert "Nothing is signed yet." in answer.text


def test_an_editor_may_write_every_kind_of_block():
    from conditions.blocks import BLOCKS

    editor = member("Editor")
    for block in BLOCKS:
        assert editor.has_perm(f"conditions.add_{block._meta.model_name}")


def test_a_receptionist_reads_the_inbox_and_no_page():
    receptionist = member("Receptionist")
    assert receptionist.has_perm("referrals.view_enquiry")
    assert not receptionist.has_perm("conditions.change_page")
