"""One patient’s details beside another patient’s reference: nothing joins the two."""

import re
from datetime import date

import pytest

from referrals.models import AccessLog
from referrals.patient_requests import verbs as requests
from referrals.patient_requests.finding import find_candidates
from referrals.reading.asking import Details
from referrals.reading.finding import find_person
from referrals.reading.sheet import make_sheet
from tests.makers import make_user, referral, signed_in, submitted
from tests.referrals.patient_requests.asking import administrator, proved, unsaved
from tests.referrals.reading.test_log_page import LOG, RIGHTS, erase, read, words_of

pytestmark = pytest.mark.django_db
JO = {"family_name": "Samplepatient", "given_names": "Jo", "birth_date": "31/1/1980"}
DETAILS = Details("Samplepatient", "Jo", date(1980, 1, 31))
ZED = {
    "patient_family_name": "Sampleother",
    "patient_given_names": "Zed",
    "patient_birth_date": date(1970, 2, 2),
    "patient_phone": "0491 570 159",
}


@pytest.fixture
def boss(client):
    return signed_in(client, make_user(*RIGHTS, username="boss"))


@pytest.fixture
def lee():
    return administrator()


@pytest.fixture
def zeds(lee):
    enquiry = submitted(referral(**ZED))
    read(enquiry, lee)
    return enquiry


def ticked(html):
    return re.findall(r'name="of" value="([^"]+)"[^>]*\bchecked', html)


def test_an_erased_enquiry_is_shown_and_not_ticked(boss, zeds):
    erase(zeds)
    page = boss.post(LOG, {**JO, "reference": zeds.reference}).text
    assert f"{zeds.reference} Not held here any more" in words_of(page)
    assert ticked(page) == []


def test_a_request_is_shown_as_one_and_not_ticked(boss, lee):
    ask = proved(unsaved(**ZED), by=lee)
    boss.get(LOG, {"reference": ask.reference})
    page = boss.post(LOG, {**JO, "reference": ask.reference}).text
    assert f"{ask.reference} Patient’s request, received" in words_of(page)
    assert ticked(page) == []
    assert "not held here any more" not in page.lower()


def test_a_request_of_another_patient_stands_in_no_sheet_her_own_may(boss, lee):
    hers, zeds = proved(by=lee), proved(unsaved(**ZED), by=lee)
    for ask in (hers, zeds):
        boss.get(LOG, {"reference": ask.reference})
    references = [hers.reference, zeds.reference]
    made = make_sheet(details=DETAILS, references=references, by=make_user(RIGHTS[1]))
    assert [part.about.reference for part in made.parts] == [hers.reference]


def test_a_reference_that_never_was_finds_nothing(boss):
    page = boss.post(LOG, {**JO, "reference": "SIJ-22222222"}).text
    assert "SIJ-22222222" not in words_of(page)
    assert list(AccessLog.objects.values_list("reference", flat=True)) == ["nobody found"]


@pytest.mark.parametrize("post", ["", "sheet/"])
def test_a_reference_that_was_only_written_keeps_nothing_of_her(boss, zeds, post):
    boss.post(f"{LOG}{post}", {**JO, "reference": zeds.reference, "of": zeds.reference})
    erase(zeds)
    boss.post(f"{LOG}{post}", {**JO, "reference": zeds.reference, "of": zeds.reference})
    assert find_person(DETAILS).candidates == []


def test_an_enquiry_that_was_only_ticked_for_her_request_keeps_nothing_of_her(lee, zeds):
    ask = proved(by=lee)
    requests.choose(patient_request=ask, references=[zeds.reference], by=lee)
    find_candidates(patient_request=ask, chosen=[zeds.reference], by=lee)
    erase(zeds)
    assert find_person(DETAILS).candidates == []


def test_what_was_found_by_her_details_is_known_also_once_it_is_erased(boss):
    hers = submitted(referral())
    boss.post(LOG, JO)
    erase(hers)
    assert find_person(DETAILS).references() == [hers.reference]
