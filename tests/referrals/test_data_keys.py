"""Keys are changed without losing a word, and wrong ones are never silent."""

from io import StringIO
from unittest import mock

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from clinic_site.models import KeyWitness
from clinic_site.sealing import keys
from clinic_site.sealing.keys import WrongDataKeys, check_keys, sealed_fields, witness_keys
from referrals.files import uploads
from referrals.models import Event, Referral
from referrals.person_index import find_enquiries, terms
from tests.makers import PATIENT, hold_letter, make_user, path_of, referral, submitted

pytestmark = pytest.mark.django_db


def new_key() -> str:
    return Fernet.generate_key().decode()


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


@pytest.fixture
def sealed_things():
    witness_keys()
    enquiry = submitted(referral())
    Event.objects.create(enquiry=enquiry, kind="asked", at=enquiry.received_at, note="Which side?")
    secret = get_adapter().encrypt("CODESECRET")
    Authenticator.objects.create(user=make_user(), type="totp", data={"secret": secret})
    return enquiry


def test_after_a_rotation_the_old_key_is_no_longer_needed(settings, sealed_things):
    newest = new_key()
    settings.CLINIC_DATA_KEYS = [newest, *settings.CLINIC_DATA_KEYS]
    assert "You may now take out" in rotate()
    settings.CLINIC_DATA_KEYS = [newest]
    check_keys()
    assert Referral.objects.get().patient_family_name == PATIENT
    assert Event.objects.get(kind="asked").note == "Which side?"
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == "CODESECRET"
    assert [e.pk for e in find_enquiries(terms(family_name=PATIENT))] == [sealed_things.pk]


def test_a_rotation_that_was_interrupted_goes_on(settings, sealed_things):
    newest = new_key()
    settings.CLINIC_DATA_KEYS = [newest, *settings.CLINIC_DATA_KEYS]
    with mock.patch.object(keys, "reseal_sign_in", side_effect=KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            rotate()
    assert Referral.objects.get().patient_family_name == PATIENT
    rotate()
    settings.CLINIC_DATA_KEYS = [newest]
    assert Referral.objects.get().patient_family_name == PATIENT


def test_what_staff_changed_meanwhile_is_not_undone(settings, sealed_things):
    settings.CLINIC_DATA_KEYS = [new_key(), *settings.CLINIC_DATA_KEYS]
    real = keys.reseal_or_tell

    def changed_meanwhile(sealed, place):
        Referral.objects.update(reason="Changed meanwhile")
        return real(sealed, place)

    with mock.patch.object(keys, "reseal_or_tell", side_effect=changed_meanwhile):
        rotate()
    assert Referral.objects.get().reason == "Changed meanwhile"


def test_a_row_that_opens_with_no_key_stops_the_rotation_and_names_its_place(
    settings, sealed_things
):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET reason = 'broken'")
    settings.CLINIC_DATA_KEYS = [new_key(), *settings.CLINIC_DATA_KEYS]
    with pytest.raises(CommandError, match=r"referrals\.Referral\.reason, row \d+ .* Keep every"):
        rotate()


def test_keys_of_another_database_are_refused_at_start(settings):
    witness_keys()
    settings.CLINIC_DATA_KEYS = [new_key()]
    for command in ["rotate_keys", "key_sheet"]:
        with pytest.raises((WrongDataKeys, CommandError), match="do not open this database"):
            call_command(command, stdout=StringIO())
    with pytest.raises(WrongDataKeys):
        call_command("deliver_mail", "--once")


def test_a_database_that_is_away_does_not_stop_the_start():
    with mock.patch.object(KeyWitness.objects, "values_list", side_effect=DatabaseError):
        check_keys()


def test_the_key_sheet_holds_the_line_that_opens_the_database(settings):
    witness_keys()
    out = StringIO()
    call_command("key_sheet", stdout=out)
    assert f"CLINIC_DATA_KEYS={','.join(settings.CLINIC_DATA_KEYS)}\n" in out.getvalue()


def test_every_sealed_field_takes_part():
    names = {f"{model.__name__}.{field.name}" for model, field in sealed_fields()}
    assert {"Enquiry.sender_name", "Referral.patient_birth_date", "Attachment.name"} <= names
    assert {"Event.note", "Notification.recipient"} <= names


def test_a_file_moves_to_the_new_key_too(settings, sealed_things):
    letter = hold_letter("1" * 32)
    newest = new_key()
    settings.CLINIC_DATA_KEYS = [newest, *settings.CLINIC_DATA_KEYS]
    rotate()
    settings.CLINIC_DATA_KEYS = [newest]
    assert uploads.read_sent_file(letter).startswith(b"%PDF-")


def test_a_file_that_opens_with_no_key_stops_the_rotation(settings, sealed_things):
    letter = hold_letter("1" * 32)
    path_of(letter.pk).write_bytes(b"broken")
    settings.CLINIC_DATA_KEYS = [new_key(), *settings.CLINIC_DATA_KEYS]
    with pytest.raises(CommandError, match="A file opens with none of the keys"):
        rotate()
    assert path_of(letter.pk).read_bytes() == b"broken"
