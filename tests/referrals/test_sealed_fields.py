"""A copy of the database reveals no patient, and a wrong key is never silent."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clinic_site.sealing.tokens import seal, unseal
from referrals.models import Event, Referral
from tests.environment import TEST_DATA_KEY
from tests.makers import PATIENT, referral, submitted

pytestmark = pytest.mark.django_db

# What PostgreSQL and UTF-8 cannot hold is refused by the forms: see test_hostile_input.
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(any_text)
def test_any_text_comes_back_as_it_was(text):
    assert unseal(seal(text)) == text


def test_a_referral_comes_back_as_it_was():
    pk = submitted(referral(red_flags=["infection", "trauma"])).pk
    again = Referral.objects.get(pk=pk)
    assert again.patient_family_name == PATIENT
    assert again.patient_birth_date.isoformat() == "1980-01-31"
    assert again.red_flags == ["infection", "trauma"]


def test_no_row_holds_a_patients_or_senders_words():
    submitted(referral())
    tables = ["referrals_enquiry", "referrals_referral", "referrals_notification"]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    for secret in [
        PATIENT,
        "1980-01-31",
        "0491 570 156",
        "buttock",
        "Samplegp",
        "practice.example",
        "rooms@",
    ]:
        assert secret not in str(rows)


def test_a_wrong_key_fails_loudly(settings):
    pk = submitted(referral()).pk
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        Referral.objects.get(pk=pk)


def test_an_older_key_still_reads_and_the_newest_writes(settings):
    pk = submitted(referral()).pk
    newest = Fernet.generate_key().decode()
    settings.CLINIC_DATA_KEYS = [newest, TEST_DATA_KEY]
    assert Referral.objects.get(pk=pk).patient_family_name == PATIENT
    assert Fernet(newest).decrypt(seal("x").encode()) == b"x"


def test_a_sealed_field_cannot_be_searched():
    with pytest.raises(FieldError, match="sealed"):
        Referral.objects.filter(patient_family_name=PATIENT).exists()


def test_of_an_event_only_the_sealed_note_may_move_to_a_new_key():
    Event.objects.create(enquiry=submitted(), kind="asked", at=timezone.now(), note="Which side?")
    asked = Event.objects.filter(kind="asked")
    assert asked.update(note="Which side?") == 1
    for change in ({"note": None}, {"kind": "accepted"}, {"at": timezone.now()}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            asked.update(**change)
