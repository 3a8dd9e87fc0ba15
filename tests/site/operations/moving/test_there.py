"""The clinic of a stored release, moved to a database of the other kind: all is there."""

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clinic_site.checks import sign_in_log_is_guarded
from clinic_site.database_identity import known_identity
from conditions.checks import publications_are_guarded, search_is_in_step
from conditions.models import Feedback
from referrals import person_index
from referrals.checks import timelines_are_guarded
from referrals.files import private_folder, uploads
from referrals.mail.health import find_a_person
from referrals.models import Event, Referral
from referrals.workflow import verbs
from tests.makers import signed_in
from tests.site.operations.moving.places import rows_of
from tests.upgrades.make import SAMPLE_DATA_KEY

pytestmark = pytest.mark.django_db
GUARDED = ["conditions_publication", "referrals_event", "referrals_accesslog"]


@pytest.fixture(autouse=True)
def _keys_and_files_of_the_clinic(moved, settings, _media_in_a_folder_of_its_own):
    settings.CLINIC_DATA_KEYS = [SAMPLE_DATA_KEY]
    settings.PRIVATE_ROOT = moved.folder / "private"


def opened(moved) -> Referral:
    return Referral.objects.get(reference=moved.known["referrals"]["opened"]["reference"])


def test_every_row_of_every_table_is_there_as_it_was(moved):
    now = {model._meta.label: rows_of(model) for model in apps.get_models()}
    assert len(now.pop("referrals.MailHold")) == 1  # by the move itself
    assert moved.rows.pop("referrals.MailHold") == []
    assert now.keys() == moved.rows.keys()
    assert [label for label in now if now[label] != moved.rows[label]] == []
    assert moved.tallies["referrals_event"].rows == len(moved.rows["referrals.Event"]) > 30


def test_a_sealed_letter_opens_in_the_folder_that_stayed(moved):
    assert private_folder.owner() == known_identity()
    letter = uploads.read_sent_file(opened(moved).attachments.get())
    assert letter.startswith(b"%PDF")


def test_a_person_is_still_found_by_name(moved):
    for stored in moved.known["referrals"].values():
        wanted = person_index.terms(family_name=stored["family_name"])
        assert person_index.find_enquiries(wanted).get().reference == stored["reference"]


def test_what_is_written_once_refuses_to_be_changed(moved):
    for table in GUARDED:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(f"UPDATE {table} SET id = id + 1000")


def test_the_checks_of_the_site_find_nothing(moved):
    checks = [publications_are_guarded, timelines_are_guarded, sign_in_log_is_guarded]
    checks += [search_is_in_step]
    assert [check(None, databases=["default"]) for check in checks] == [[], [], [], []]
    assert find_a_person().ok


def test_a_new_row_gets_a_number_that_nobody_ever_had(moved):
    page = Feedback.objects.get().page_id
    assert (
        Feedback.objects.create(page_id=page, helpful=True, at=timezone.now()).pk
        == moved.highest + 1
    )
    before = Event.objects.latest("pk").pk
    verbs.accept(enquiry=opened(moved), by=User.objects.get(username="rae"))
    assert Event.objects.latest("pk").pk > before


def test_staff_work_on_as_before(moved, client):
    page = signed_in(client, User.objects.get(username="rae")).get(opened(moved).get_admin_url())
    assert moved.known["referrals"]["opened"]["family_name"] in page.content.decode()
