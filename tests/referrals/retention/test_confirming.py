"""Nobody makes herself the only one, or two, to erase an enquiry alone."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from clinic_site.people.leaving import has_left
from clinic_site.sign_in.factors import reset_factor
from clinic_site.staff.sign_in_log import Kind, note
from referrals.retention.erasing import CannotErase, erase
from referrals.workflow import verbs
from tests.makers import confirmed, message, submitted, words_of
from tests.referrals.retention.conftest import administrator, is_there

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def enquiry():
    return submitted(message())


def asked(enquiry, by, at=None):
    return verbs.ask_erasure(enquiry=enquiry, by=by, note="The patient rang.", at=at)


def refused(enquiry, by, words, at=None):
    with pytest.raises(CannotErase, match=words):
        erase(enquiry=enquiry, by=by, reference=enquiry.reference, at=at)
    assert is_there(enquiry)


def newcomer(**fields):
    """An account as an administrator makes one for a second address of her own."""
    user = administrator("second")
    User.objects.filter(pk=user.pk).update(**fields)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("first", ["asks", "disconnects"])
def test_whoever_disconnects_the_other_phone_is_not_alone(robin, kim, enquiry, first):
    if first == "asks":
        asked(enquiry, robin)
    reset_factor(user=kim, by=robin)
    if first == "disconnects":
        asked(enquiry, robin)
    refused(enquiry, robin, "You changed this account lately.*: kim")


def test_a_week_later_she_asks_anew_and_is_alone(robin, kim, enquiry):
    reset_factor(user=kim, by=robin)
    later = timezone.now() + WEEK + timedelta(hours=1)
    asked(enquiry, robin, at=later)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference, at=later)


def test_whoever_closes_the_other_account_is_not_alone(robin, kim, enquiry):
    User.objects.filter(pk=robin.pk).update(is_superuser=True)
    asked(enquiry, robin)
    has_left(by=User.objects.get(pk=robin.pk), user=kim)
    refused(enquiry, robin, "You changed this account lately.*: kim")


def test_whoever_takes_the_right_away_is_not_alone(robin, kim, enquiry):
    asked(enquiry, robin)
    kim.user_permissions.clear()
    note(Kind.ROLES_CHANGED, user=kim, by=robin, detail="Administrator → none")
    refused(enquiry, robin, "You changed this account lately.*: kim")


def test_a_phone_that_the_owner_of_the_server_disconnected_keeps_nobody_waiting(
    robin, kim, enquiry
):
    reset_factor(user=kim)
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference)


def test_an_account_of_yesterday_confirms_in_a_week(robin, enquiry):
    asked(enquiry, robin)
    second = newcomer(date_joined=timezone.now())
    refused(enquiry, second, "Your account, its phone or its rights are newer than 7 days")
    assert erase(enquiry=enquiry, by=second, at=timezone.now() + WEEK)


def test_nor_does_one_that_was_made_before_it_was_asked_for(robin, enquiry):
    second = newcomer(date_joined=timezone.now())
    asked(enquiry, robin)
    refused(enquiry, second, "newer than 7 days")


def test_nor_one_whose_phone_is_of_today(robin, kim, enquiry):
    Authenticator.objects.filter(user=kim).update(created_at=timezone.now())
    asked(enquiry, robin)
    refused(enquiry, kim, "newer than 7 days")


def test_nor_one_that_was_given_the_right_today(robin, kim, enquiry):
    note(Kind.ROLES_CHANGED, user=kim, by=robin, detail="Reception → Administrator")
    asked(enquiry, robin)
    refused(enquiry, kim, "newer than 7 days")


def test_nor_is_anything_confirmed_that_such_an_account_asked_for(robin, enquiry):
    second = newcomer(date_joined=timezone.now())
    asked(enquiry, second)
    refused(enquiry, robin, "The account of second")


def test_her_next_phone_takes_nothing_from_her(robin, kim, enquiry):
    """The recovery codes of the first one stay."""
    Authenticator.objects.create(user=kim, type="recovery_codes", data={})
    Authenticator.objects.filter(user=kim, type="totp").update(created_at=timezone.now())
    Authenticator.objects.filter(user=kim, type="recovery_codes").update(created_at=kim.date_joined)
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=kim)


def test_whoever_has_no_password_any_more_is_not_waited_for(robin, kim, enquiry):
    kim.set_unusable_password()
    kim.save()
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference)


def test_whoever_has_only_a_passkey_of_another_address_is_not_waited_for(robin, kim, enquiry):
    Authenticator.objects.filter(user=kim).update(type="webauthn", data={"host": "old.example"})
    asked(enquiry, robin)
    assert erase(enquiry=enquiry, by=robin, reference=enquiry.reference)


def test_the_page_says_why_and_offers_no_button(client, kim, robin, enquiry):
    asked(enquiry, robin)
    User.objects.filter(pk=kim.pk).update(date_joined=timezone.now())
    staff = confirmed(client, User.objects.get(pk=kim.pk))
    page = staff.get(f"{enquiry.get_admin_url().removesuffix('change/')}erase/").text
    assert "newer than 7 days" in words_of(page)
    assert f"Erase {enquiry.reference} for good" not in words_of(page)


def told(words):
    return {one.to[0]: one.body for one in mail.outbox if words in one.body}


def test_all_who_may_erase_hear_of_the_asking_and_of_the_erasing(robin, kim, enquiry):
    both = {"robin@clinic.example", "kim@clinic.example"}
    asked(enquiry, robin)
    bodies = told(f"robin asks to erase {enquiry.reference}")
    assert set(bodies) == both
    assert not any("rang." in body or "Samplewriter" in body for body in bodies.values())
    erase(enquiry=enquiry, by=kim)
    assert set(told(f"{enquiry.reference} was erased for good. kim confirmed")) == both


def test_what_is_refused_is_told_to_nobody(robin, kim, enquiry):
    asked(enquiry, robin)
    refused(enquiry, robin, "another administrator confirms it")
    assert told("was erased") == {}
