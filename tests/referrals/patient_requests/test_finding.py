"""The site finds the patient's enquiries; staff say which are hers."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from referrals.models import AccessLog, RequestedEnquiry
from referrals.patient_requests import verbs
from referrals.patient_requests.finding import find_candidates
from tests.makers import message, referral, signed_in, submitted
from tests.referrals.patient_requests.asking import (
    LIST,
    administrator,
    noted,
    receptionist,
    unsaved,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee():
    return administrator()


def found(ask, lee):
    return {
        one.reference: one.shares for one in find_candidates(patient_request=ask, chosen=[], by=lee)
    }


def test_two_details_that_agree_or_the_telephone_make_an_enquiry_likely(lee):
    hers = submitted(referral())
    moved = submitted(referral(patient_phone="0491 570 157"))
    wrote = submitted(message(sender_phone="0491 570 156"))
    submitted(referral(patient_phone="0491 570 158", patient_birth_date=date(1990, 1, 1)))
    assert found(noted(by=lee), lee) == {
        hers.reference: ["family name", "date of birth", "telephone"],
        moved.reference: ["family name", "date of birth"],
        wrote.reference: ["telephone"],
    }


def test_with_one_detail_alone_that_one_is_enough(lee):
    hers = submitted(referral())
    ask = noted(unsaved(patient_birth_date=None, patient_phone=""), by=lee)
    assert found(ask, lee) == {hers.reference: ["family name"]}


def test_a_look_up_leaves_rows_first_also_where_it_finds_nobody(lee):
    ask = noted(by=lee)
    find_candidates(patient_request=ask, chosen=[], by=lee)
    row = AccessLog.objects.get(action="search")
    assert row.reference == "nobody found"
    assert len(row.looked_for.split()) == 3


def test_without_its_row_it_finds_nothing(client, lee):
    hers = submitted(referral())
    ask = noted(by=lee)

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "referrals_accesslog" in sql:
            raise OperationalError("full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        page = signed_in(client, lee).get(f"{LIST}{ask.pk}/enquiries/")
    assert page.status_code == 503
    assert hers.reference not in page.text


def test_staff_tick_what_is_hers_and_may_take_it_off_again(client, lee):
    hers, other = submitted(referral()), submitted(referral(patient_given_names="Kim"))
    ask, url = noted(by=lee), ""
    url = f"{LIST}{ask.pk}/enquiries/"
    browser = signed_in(client, lee)
    browser.post(url, {"chosen": [hers.reference, other.reference]})
    assert set(verbs.chosen(ask)) == {hers.reference, other.reference}
    browser.post(url, {"chosen": [hers.reference]})
    assert verbs.chosen(ask) == [hers.reference]
    kinds = list(ask.lines.values_list("kind", flat=True))
    assert kinds == ["noted", "tied", "tied", "untied"]


def test_one_that_the_index_did_not_find_is_added_by_its_reference(client, lee):
    married = submitted(referral(patient_family_name="Sampleother", patient_phone="0491 570 158"))
    ask = noted(by=lee)
    url = f"{LIST}{ask.pk}/enquiries/"
    signed_in(client, lee).post(url, {"another": married.reference.lower()})
    assert verbs.chosen(ask) == [married.reference]


@pytest.mark.parametrize("reference", ["SIJ-22222222", "rubbish"])
def test_a_reference_that_is_nobodys_is_said_beside_its_field(client, lee, reference):
    ask = noted(by=lee)
    page = signed_in(client, lee).post(f"{LIST}{ask.pk}/enquiries/", {"another": reference})
    assert page.status_code == 422
    assert reference in page.text
    assert verbs.chosen(ask) == []


def test_a_receptionist_chooses_nothing(client, lee):
    ask, hers, robin = noted(by=lee), submitted(referral()), receptionist()
    assert signed_in(client, robin).get(f"{LIST}{ask.pk}/enquiries/").status_code == 403
    with pytest.raises(PermissionDenied):
        verbs.choose(patient_request=ask, references=[hers.reference], by=robin)


def test_an_enquiry_is_of_a_request_once(lee):
    hers, ask = submitted(referral()), noted(by=lee)
    verbs.choose(patient_request=ask, references=[hers.reference], by=lee)
    row = RequestedEnquiry.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="untied_says_who"), transaction.atomic():
        RequestedEnquiry.objects.update(untied_at=timezone.now())


def test_what_was_erased_meanwhile_is_said_to_be_erased(client, lee):
    """Another room erases; the request goes on naming the reference."""
    hers, ask = submitted(referral()), noted(by=lee)
    verbs.choose(patient_request=ask, references=[hers.reference], by=lee)
    RequestedEnquiry.objects.update(reference="SIJ-22222222")
    page = signed_in(client, lee).get(ask.get_admin_url())
    assert "SIJ-22222222" in page.text
    assert "it was erased" in page.text
