"""A key that outlives SECRET_KEY is read once for each connection, and never one that was taken
back."""

import pytest
from django.db import connection, transaction

from clinic_site.models import LastingKey
from clinic_site.sealing import lasting_digests
from clinic_site.sealing.lasting_digests import lasting_hmac

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_known_before_and_after():
    lasting_digests.forget()
    yield
    lasting_digests.forget()


def test_a_key_is_looked_up_once(django_assert_num_queries):
    first = lasting_hmac("sample", "value")
    with django_assert_num_queries(0):
        assert lasting_hmac("sample", "value") == first


def test_a_key_whose_first_use_was_taken_back_is_not_remembered(settings):
    with transaction.atomic():
        lasting_hmac("sample", "value")
        transaction.set_rollback(True)
    settings.SECRET_KEY = "another " * 8
    lasting_hmac("sample", "value")
    assert lasting_digests.known_here() == {
        "sample": bytes.fromhex(LastingKey.objects.get().key),
    }


def test_another_connection_may_lead_to_another_database():
    first = lasting_hmac("sample", "value")
    row = LastingKey.objects.get()
    row.key = "ab" * 32
    row.save()
    assert lasting_hmac("sample", "value") == first
    lasting_digests._here.connection = object()  # as after a restore
    assert lasting_hmac("sample", "value") != first
    assert connection.connection is lasting_digests._here.connection


def test_within_a_transaction_it_is_remembered_from_its_end_on():
    with transaction.atomic():
        lasting_hmac("sample", "value")
        assert lasting_digests.known_here() == {}
    assert list(lasting_digests.known_here()) == ["sample"]
