"""Four roles for content, made by a migration; the verb refuses, not only the button."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from conditions.publishing import reviewing, verbs
from tests.makers import make_page, make_user

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
        ("Administrator", True, True, True),
    ],
)
def test_each_role_may_do_what_it_is_for(role, may_publish, may_sign, may_redact):
    page, user = make_page(), member(role)
    publication = verbs.publish(page=page, by=None)
    assert attempt(lambda: verbs.publish(page=page, by=user)) is may_publish
    assert attempt(lambda: reviewing.sign(page=page, by=user)) is may_sign
    redacted = attempt(lambda: verbs.redact(publication=publication, by=user, reason="x"))
    assert redacted is may_redact


def test_an_editor_may_write_every_kind_of_block():
    from conditions.blocks import BLOCKS

    editor = member("Editor")
    for block in BLOCKS:
        assert editor.has_perm(f"conditions.add_{block._meta.model_name}")


def test_a_receptionist_reads_the_inbox_and_no_page():
    receptionist = member("Receptionist")
    assert receptionist.has_perm("referrals.view_enquiry")
    assert not receptionist.has_perm("conditions.change_page")
