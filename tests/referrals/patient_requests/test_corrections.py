"""What a patient wants corrected stands beside the enquiry, which stays as it was sent."""

import pytest

from referrals.models import Event
from referrals.patient_requests import verbs
from tests.makers import referral, signed_in, submitted, with_status_link
from tests.referrals.patient_requests.asking import administrator, correction, proved, unsaved

pytestmark = pytest.mark.django_db
ASKED, CORRECTED, NOT = "correction_asked", "corrected", "not_corrected"


@pytest.fixture
def lee():
    return administrator()


@pytest.fixture
def hers():
    return submitted(referral(reason="Pain in the left side."))


@pytest.fixture
def ask(lee, hers):
    ask = proved(correction(), by=lee)
    return verbs.choose(patient_request=ask, references=[hers.reference], by=lee)


def lines_of(enquiry):
    kinds = (ASKED, CORRECTED, NOT)
    return list(enquiry.events.filter(kind__in=kinds).values_list("kind", flat=True))


def test_the_enquiry_says_what_the_patient_asks_and_is_not_edited(client, lee, hers, ask):
    page = signed_in(client, lee).get(hers.get_admin_url())
    assert "The patient asks for a correction" in page.text
    assert "It should say: The right side." in page.text
    assert "Pain in the left side." in page.text


def test_at_the_end_it_says_that_it_was_corrected(client, lee, hers, ask):
    words = "Put right in the practice software."
    verbs.end(patient_request=ask, outcome="corrected", by=lee, note=words)
    assert lines_of(hers) == [ASKED, CORRECTED]
    page = signed_in(client, lee).get(hers.get_admin_url())
    assert "The patient’s words stand beside what was sent" in page.text
    assert words in page.text


@pytest.mark.parametrize("outcome", ["refused", "withdrawn"])
def test_or_that_it_was_not(lee, hers, ask, outcome):
    verbs.end(patient_request=ask, outcome=outcome, by=lee, note="The letter says left.")
    assert lines_of(hers) == [ASKED, NOT]


def test_taken_off_the_wrong_patient_it_says_so(lee, hers, ask):
    verbs.choose(patient_request=ask, references=[], by=lee)
    assert lines_of(hers) == [ASKED, NOT]
    assert "not about this enquiry" in hers.events.last().note


def test_another_kind_of_request_writes_nothing_into_the_timeline(lee, hers):
    ask = proved(unsaved(wants="see"), by=lee)
    verbs.choose(patient_request=ask, references=[hers.reference], by=lee)
    verbs.end(patient_request=ask, outcome="given", by=lee)
    assert lines_of(hers) == []


def test_the_doctor_does_not_read_it_on_the_status_page(client, lee, hers, ask):
    token = with_status_link(hers)
    page = client.get(f"/status/{token}/")
    assert page.status_code == 200
    assert "right side" not in page.text


def test_no_mail_goes_out_for_it(lee, hers, ask):
    before = hers.notifications.count()
    verbs.end(patient_request=ask, outcome="corrected", by=lee)
    assert hers.notifications.count() == before
    assert Event.objects.filter(kind=CORRECTED).exists()
