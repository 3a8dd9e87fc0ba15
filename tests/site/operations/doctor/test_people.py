"""Who looks after the site, who hears of trouble, what still is as the software brought it."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from clinic_site.models import Clinic, Clinician
from clinic_site.operations.doctor import people
from clinic_site.operations.doctor.finding import NotAsked
from tests.makers import make_clinic, make_user

pytestmark = pytest.mark.django_db
OWN = {
    "telephone": "(02) 9999 1234",
    "fax": "",
    "email": "rooms@clinic.test",
    "secure_messaging": "HealthLink: ourrooms",
    "tagline": "Spine and pelvis",
}


def said(check):
    return [each.says for each in check()]


def test_a_site_without_an_owner_is_named():
    assert said(people.owner) == ["Nobody may look after people and their accounts."]
    owner = make_user(is_superuser=True)
    assert said(people.owner) == []
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert said(people.owner) != []


def test_staff_without_a_second_factor_are_counted_and_not_named():
    user = make_user(username="robin")
    user.set_password("plum pudding")
    user.save()
    assert said(people.second_factors) == ["1 staff account has a password alone."]
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert len(said(people.second_factors)) == 1  # codes that nobody can renew are no phone
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    assert said(people.second_factors) == []


def test_who_was_invited_and_has_no_password_yet_is_not_counted():
    user = make_user()
    user.set_unusable_password()
    user.save()
    assert said(people.second_factors) == []


def test_a_site_nobody_hears_of_is_named(public):
    make_clinic(second_email="")
    assert "There is no second address" in said(people.second_address)[0]
    make_clinic(second_email="rooms@clinic.example")
    assert said(people.second_address) == ["The second address is the first one once more."]
    make_clinic(second_email="kim@other.example")
    assert said(people.second_address) == []


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("telephone", "(02) 5550 1234", "the telephone number"),
        ("fax", "(02) 5550 1235", "the fax number"),
        ("secure_messaging", "HealthLink: sijclinic (sample)", "secure messaging"),
        ("tagline", "Dr Lee’s rooms", "Dr Lee’s rooms"),
        ("email", "rooms@clinic.example", "the email address"),
    ],
)
def test_each_fact_that_is_still_sample_is_named(public, fact, value, words):
    Clinician.objects.all().delete()
    clinic = make_clinic(**OWN)
    clinic.locations.all().delete()
    assert said(people.sample_facts) == []
    Clinic.objects.update(**{fact: value})
    (found,) = said(people.sample_facts)
    assert words in found


def test_a_site_for_trying_out_may_keep_them():
    for check in (people.sample_facts, people.second_address):
        with pytest.raises(NotAsked):
            said(check)
