"""Staff find a person exactly; a copy of the database finds nobody."""

from datetime import date, timedelta
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone

from referrals import person_index
from referrals.inbox.rows import same_patient
from referrals.models import Enquiry, PersonIndex
from referrals.person_index import find_enquiries, terms
from tests.makers import message, referral, submitted

pytestmark = pytest.mark.django_db
BORN = date(1980, 1, 31)


def found(**wanted) -> list[int]:
    return [enquiry.pk for enquiry in find_enquiries(terms(**wanted))]


@pytest.mark.parametrize(
    "wanted",
    [
        {"family_name": "  o’brien-SAMPLE "},
        {"birth_date": BORN},
        {"phones": ["+61 491 570 156"]},
        {"medicare": "3278 85119 5/2"},
        {"family_name": "OBriensample", "birth_date": BORN},
    ],
)
def test_a_person_is_found_however_the_detail_is_written(wanted):
    jo = submitted(referral(patient_family_name="O'Brién Sample", medicare_number="3278851195"))
    submitted(
        referral(
            patient_family_name="Othersample",
            patient_birth_date=date(1990, 2, 1),
            patient_phone="0491 570 157",
        )
    )
    assert found(**wanted) == [jo.pk]


def test_every_detail_that_is_given_must_fit():
    submitted(referral())
    assert found(family_name="Samplepatient", birth_date=date(1981, 1, 31)) == []


def test_nothing_given_finds_nobody():
    submitted(referral())
    assert found(family_name=" - ") == found() == []


def test_the_sender_of_a_message_is_found_by_telephone():
    alex = submitted(message())
    assert found(phones=["(02) 5550 0123"]) == [alex.pk]


def test_the_table_holds_no_name_and_equal_words_differ_by_field():
    submitted(referral(patient_family_name="0491570156"))
    digests = PersonIndex.objects.values_list("digest", flat=True)
    assert len(set(digests)) == len(digests) > 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_personindex")
        assert "0491570156" not in str(cursor.fetchall())


def test_another_key_makes_other_digests(settings):
    submitted(referral())
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    assert found(family_name="Samplepatient") == []


def test_a_person_is_found_while_keys_are_changed(settings):
    first = submitted(referral())
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode(), *settings.CLINIC_DATA_KEYS]
    second = submitted(referral())
    assert set(found(family_name="Samplepatient")) == {first.pk, second.pk}


def test_an_index_that_fails_stores_no_enquiry():
    with mock.patch.object(person_index, "index", side_effect=RuntimeError):
        with pytest.raises(RuntimeError):
            submitted(referral())
    assert not Enquiry.objects.exists()


def test_the_same_patient_is_hinted_at():
    first = submitted(referral())
    second = submitted(referral(patient_phone="0491 570 157"))
    submitted(referral(patient_family_name="Else", patient_birth_date=date(1990, 2, 1)))
    assert [e.pk for e in same_patient(second).duplicates] == [first.pk]


def test_one_shared_detail_or_an_old_referral_is_no_hint():
    old = timezone.now() - timedelta(days=91)
    submitted(referral(), at=old)
    submitted(referral(patient_birth_date=date(1990, 2, 1), patient_phone="0491 570 157"))
    assert not same_patient(submitted(referral())).duplicates
    assert not same_patient(submitted(message())).duplicates
