"""Staff find whoever was sent in before the index came, and after its rules changed."""

from io import StringIO
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clinic_site.management.commands import prepare_site
from clinic_site.operations.doctor.checks import doctors_database
from referrals import person_index
from referrals.chores import run_all
from referrals.mail.health import find_a_person
from referrals.models import Enquiry, PersonIndex
from referrals.person_index import fill, find_enquiries, missing, terms
from tests.makers import PATIENT, message, referral, submitted

pytestmark = pytest.mark.django_db


def found() -> set[int]:
    return {enquiry.pk for enquiry in find_enquiries(terms(family_name=PATIENT))}


@pytest.fixture
def old():
    """Three referrals as a database from before the index holds them."""
    old = {submitted(referral()).pk for _ in range(3)}
    PersonIndex.objects.all().delete()
    Enquiry.objects.update(index_version=None)
    return old


def prepare():
    with (
        mock.patch.object(prepare_site.Command, "collect_static_files"),
        mock.patch("conditions.management.commands.load_starter.load_all", return_value=[]),
    ):
        call_command("prepare_site", stdout=StringIO())


@pytest.mark.parametrize("mend", [prepare, lambda: run_all(at=timezone.now())])
def test_an_upgrade_or_the_mail_process_finds_them_again(old, mend):
    assert found() == set()
    mend()
    assert found() == old


def test_health_and_the_deployment_check_see_them(old):
    assert find_a_person() == ("find a person", False, {"not_indexed": 3})
    said = {found.id: found.msg for found in doctors_database(None, databases=["default"])}
    assert said["referrals.W002"] == "Is every enquiry found by name? No (not_indexed 3)."
    fill()
    assert find_a_person().ok
    found = doctors_database(None, databases=["default"])
    assert "referrals.W002" not in {each.id for each in found}


def test_a_run_that_was_cut_off_goes_on(old):
    fill(at_most=1)
    assert found() == {max(old)}
    fill()
    assert found() == old


def test_one_that_cannot_be_read_does_not_hide_the_others(old, caplog):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_referral SET patient_family_name = 'broken'"
            f" WHERE enquiry_ptr_id = {max(old)}"
        )
    assert fill() == 2
    assert found() == old - {max(old)}
    assert Enquiry.objects.get(pk=max(old)).reference in caplog.text
    assert find_a_person().detail == {"not_indexed": 1}


@pytest.fixture
def next_release(monkeypatch):
    """The rules of other code: a process reads those of its own once."""

    def changed(name, rule):
        monkeypatch.setattr(person_index, name, rule)
        person_index.rules.cache_clear()

    yield changed
    person_index.rules.cache_clear()


def test_new_rules_index_everybody_again_and_leave_no_old_row(next_release):
    jo = submitted(referral())
    next_release("plain_name", lambda name: name.strip().casefold()[::-1])
    assert found() == set()
    assert list(missing()) == [Enquiry.objects.get()]
    assert fill() == 1
    assert found() == {jo.pk}
    assert PersonIndex.objects.values("key_version").distinct().count() == 1


def test_new_rules_still_find_whoever_has_the_same_form_before_the_filling(next_release):
    jo = submitted(referral())
    next_release("medicare_digits", lambda text: text.lower())
    assert missing().exists()
    assert found() == {jo.pk}


def test_a_message_by_email_alone_is_indexed_once_and_not_for_ever():
    submitted(message(sender_name="A", sender_phone="", sender_email="alex@sample.example"))
    assert not PersonIndex.objects.exists()
    assert fill() == 0


def test_a_key_that_comes_in_front_is_no_alarm(settings):
    jo = submitted(referral())
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode(), *settings.CLINIC_DATA_KEYS]
    assert find_a_person().ok
    assert found() == {jo.pk}
    assert person_index.rebuild() == 1
    assert found() == {jo.pk}


def test_two_that_fill_at_once_do_not_trip(old):
    for enquiry in Enquiry.objects.all():
        person_index.index(enquiry=enquiry)
        person_index.index(enquiry=enquiry)
    assert found() == old
