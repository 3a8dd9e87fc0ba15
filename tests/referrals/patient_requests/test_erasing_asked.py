"""A patient asks for an erasure: her request leads through both steps and says what went."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clinic_site.zone import in_clinic_time
from referrals.models import Enquiry
from referrals.patient_requests import verbs
from referrals.states.keeping import erasure_asked_for
from referrals.workflow import verbs as workflow
from tests.makers import confirmed, make_user, referral, submitted, words_of
from tests.referrals.patient_requests.asking import (
    CHANGE,
    LIST,
    NOTE,
    READ,
    VIEW,
    administrator,
    noted,
    proved,
    unsaved,
)

pytestmark = pytest.mark.django_db
ERASE = "referrals.erase_enquiry"


@pytest.fixture
def lee():
    return make_user(VIEW, NOTE, CHANGE, READ, ERASE, username="lee")


@pytest.fixture
def hers():
    return submitted(referral())


@pytest.fixture
def ask(lee, hers):
    ask = proved(unsaved(wants="erase"), by=lee)
    return verbs.choose(patient_request=ask, references=[hers.reference], by=lee)


def press(browser, ask, hers):
    return browser.post(f"{LIST}{ask.pk}/do/ask_for_erasure/", {"reference": hers.reference})


def test_one_press_takes_the_first_step_and_leads_to_the_second(client, lee, ask, hers):
    browser = confirmed(client, lee)
    assert f"Erase {hers.reference}: first step" in browser.get(ask.get_admin_url()).text
    answer = press(browser, ask, hers)
    assert answer.url == f"/admin/referrals/enquiry/{hers.pk}/erase/"
    page = words_of(browser.get(answer.url).text)
    assert f"{ask.reference}: the patient asks for it." in page


def test_after_erasing_one_is_back_at_the_request_which_says_what_went(client, lee, ask, hers):
    browser = confirmed(client, lee)
    erase = press(browser, ask, hers).url
    answer = browser.post(erase, {"reference": hers.reference})
    assert answer.url == ask.get_admin_url()
    history = browser.get(answer.url).text.partition('id="timeline"')[2]
    assert f"<strong>Erased</strong> ({lee})" in history
    assert hers.reference in history
    with in_clinic_time():
        assert f"{timezone.localtime():%b %Y}" in history


def test_what_stays_in_its_history_names_no_patient(lee, ask, hers):
    verbs.ask_for_erasure(patient_request=ask, reference=hers.reference, by=lee)
    words = f"{ask.lines.last().note} {erasure_asked_for(hers).note}"
    assert "Sample" not in words
    assert hers.reference in words


def test_who_may_not_erase_takes_no_step(client, ask, hers):
    clerk = administrator("kim")
    browser = confirmed(client, clerk)
    assert "first step" not in browser.get(ask.get_admin_url()).text
    assert press(browser, ask, hers).status_code == 403
    with pytest.raises(PermissionDenied):
        verbs.ask_for_erasure(patient_request=ask, reference=hers.reference, by=clerk)
    assert erasure_asked_for(hers) is None


def test_an_old_code_takes_no_step(client, lee, ask, hers):
    answer = press(confirmed(client, lee, ago=3600), ask, hers)
    assert answer.status_code == 409
    assert "Nothing is done yet" in answer.text
    assert erasure_asked_for(hers) is None


def test_nobody_asks_before_the_proof_for_another_patient_or_twice(lee, ask, hers):
    def refused(request, reference, words):
        with pytest.raises(verbs.CannotDo, match=words):
            verbs.ask_for_erasure(patient_request=request, reference=reference, by=lee)

    refused(noted(unsaved(wants="erase"), by=lee), hers.reference, "First note how")
    refused(ask, submitted(referral()).reference, "A colleague changed which")
    refused(proved(by=lee), hers.reference, "does not ask for an erasure")
    workflow.ask_erasure(enquiry=Enquiry.objects.get(pk=hers.pk), by=lee, note="She rang.")
    refused(ask, hers.reference, "no longer possible")
