"""Keys that do not fit, and keys that no sheet in the safe holds."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.utils import timezone

from clinic_site.models import KeyWitness
from clinic_site.operations.doctor import keys
from clinic_site.operations.doctor.finding import Level
from clinic_site.sealing.keys import note_sheet, witness_keys

pytestmark = pytest.mark.django_db


def names(check):
    return [each.name for each in check() if each.level == Level.UNWELL]


def test_keys_of_another_site_are_named_and_never_shown(settings):
    witness_keys()
    assert names(keys.data_keys) == []
    settings.CLINIC_DATA_KEYS = [other] = [Fernet.generate_key().decode()]
    (found,) = keys.data_keys()
    assert "do not open this database" in found.says
    assert other not in str(found)


def test_a_database_that_does_not_know_its_keys_is_named():
    KeyWitness.objects.all().delete()
    assert names(keys.data_keys) == ["key witness"]


def test_keys_without_a_sheet_are_named_until_one_is_made():
    witness_keys()
    assert names(keys.key_sheet) == ["key sheet"]
    call_command("key_sheet", stdout=StringIO(), stderr=StringIO())
    assert names(keys.key_sheet) == []


def test_a_sheet_of_earlier_keys_does_not_count(settings):
    note_sheet(at=timezone.now())
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode(), *settings.CLINIC_DATA_KEYS]
    (found,) = keys.key_sheet()
    assert found.says == "The keys changed after the last key sheet was made."
