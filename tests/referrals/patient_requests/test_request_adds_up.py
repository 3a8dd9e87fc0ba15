"""What adds up goes on adding up when patients ask, and a request that is gone is named."""

import pytest
from django.db import connection

from referrals.ledger.reconciling import reconcile
from referrals.patient_requests import verbs
from tests.makers import confirmed, referral, signed_in, submitted
from tests.referrals.patient_requests.asking import LIST, administrator, correction, proved
from tests.triggers import lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee():
    return administrator()


@pytest.fixture
def ask(lee):
    hers = submitted(referral())
    ask = proved(correction(), by=lee)
    return verbs.choose(patient_request=ask, references=[hers.reference], by=lee)


def found():
    return [(one["kind"], one["of"]) for one in reconcile().differences]


def test_a_request_from_its_note_to_its_end_changes_nothing_in_the_balance(client, lee, ask):
    signed_in(client, lee).get(ask.get_admin_url())
    confirmed(client, lee).post(f"{LIST}{ask.pk}/copy/")
    verbs.end(patient_request=ask, outcome="corrected", by=lee)
    assert found() == []


def test_a_request_that_was_read_and_is_gone_is_named(client, lee, ask):
    signed_in(client, lee).get(ask.get_admin_url())
    with lifted(), connection.cursor() as cursor:
        for table in ("patientrequestline", "requestedenquiry", "patientrequest"):
            cursor.execute(f"DELETE FROM referrals_{table}")
    assert ("gone", ask.reference) in found()
