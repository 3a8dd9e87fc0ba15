"""What SQL can refuse, SQL refuses: each named constraint, broken once."""

from datetime import date, time
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from clinic_site import append_only
from clinic_site.models import (
    Clinic,
    Closure,
    KeyWitness,
    Location,
    NotifiedAddress,
    OpeningHours,
)
from referrals.checks import APPEND_ONLY_TABLES, timelines_are_guarded
from referrals.models import (
    AccessLog,
    Enquiry,
    Event,
    MailHeartbeat,
    Notification,
    PersonIndex,
)
from referrals.workflow import verbs
from tests.makers import make_attachment, make_clinic, make_user, submitted
from tests.triggers import drop_trigger

pytestmark = pytest.mark.django_db


def breaks(name):
    """PostgreSQL and SQLite both name the constraint; SQLite names columns for a unique one."""
    return pytest.raises(IntegrityError, match=name)


def test_a_received_enquiry_has_no_opening_time():
    submitted()
    with breaks("enquiry_opened_has_a_time"):
        Enquiry.objects.update(opened_at=timezone.now())


def test_an_enquiry_that_is_worked_on_was_opened():
    submitted()
    with breaks("enquiry_opened_has_a_time"):
        Enquiry.objects.update(status="accepted")


def test_a_filed_enquiry_has_a_time_and_an_outcome():
    submitted()
    now = timezone.now()
    with breaks("enquiry_filed_has_time_and_outcome"):
        Enquiry.objects.update(status="filed", opened_at=now, filed_at=now)


def test_a_file_has_a_known_state():
    with breaks("attachment_state_is_known"):
        make_attachment(state="perhaps")


def test_an_outcome_belongs_to_a_filed_enquiry():
    submitted()
    with breaks("enquiry_filed_has_time_and_outcome"):
        Enquiry.objects.update(outcome="booked")


def test_a_file_is_held_for_a_form_or_sent_with_an_enquiry():
    with breaks("attachment_is_held_or_sent"):
        make_attachment(held_for="")


def test_a_file_is_not_empty():
    with breaks("attachment_is_not_empty"):
        make_attachment(size=0)


def test_a_file_is_held_once_for_each_form():
    make_attachment()
    with breaks("attachment_held_once_per_form|held_for"):
        make_attachment()


def test_files_of_an_enquiry_have_different_positions():
    enquiry = submitted()
    make_attachment(held_for="", enquiry=enquiry)
    with breaks("attachment_position_once_per_enquiry|position"):
        make_attachment(held_for="", enquiry=enquiry)


def test_a_person_is_indexed_once_per_enquiry_field_and_key():
    row = {"enquiry": submitted(), "field": "phone", "key_version": "0" * 8, "digest": "0" * 64}
    PersonIndex.objects.get_or_create(**row)
    with breaks("person_index_once|digest"):
        PersonIndex.objects.create(**row)


def test_news_names_its_event():
    submitted()
    with breaks("notification_of_news_names_the_event"):
        Notification.objects.update(kind="status")


def test_there_is_one_witness_of_the_keys():
    with breaks("key_witness_is_one_row"):
        KeyWitness.objects.create(pk=2, sealed="")


def test_a_mail_has_one_stand_in():
    submitted(), submitted()
    first = Notification.objects.first()
    with breaks("stands_in_for"):
        Notification.objects.update(stands_in_for=first)


def test_a_notification_being_sent_has_a_lease():
    submitted()
    with breaks("notification_leased_while_sending"):
        Notification.objects.update(state="sending")


def test_a_waiting_notification_has_no_lease():
    submitted()
    with breaks("notification_leased_while_sending"):
        Notification.objects.update(lease_token=uuid4(), lease_until=timezone.now())


def test_a_sent_notification_has_a_time():
    submitted()
    with breaks("notification_sent_has_a_time"):
        Notification.objects.update(state="sent")


def test_news_of_an_enquiry_names_the_enquiry():
    submitted()
    with breaks("notification_of_an_enquiry_names_it"):
        Notification.objects.update(enquiry=None)


def test_two_mails_never_share_a_message_id():
    submitted(), submitted()
    with breaks("message_id"):
        Notification.objects.update(message_id="<same@clinic.example>")


def test_two_enquiries_never_share_a_reference():
    submitted(), submitted()
    with breaks("reference"):
        Enquiry.objects.update(reference="SIJ-23456789")


def test_there_is_one_clinic():
    with breaks("clinic_is_one_row"):
        Clinic.objects.create(pk=2, name="Other")


def test_there_is_one_heartbeat():
    with breaks("mail_heartbeat_is_one_row"):
        MailHeartbeat.objects.create(pk=2, beat_at=timezone.now())


def test_an_address_is_told_once():
    clinic = make_clinic()
    NotifiedAddress.objects.create(clinic=clinic, email="a@clinic.example")
    with breaks("notified_address_once|email"):
        NotifiedAddress.objects.create(clinic=clinic, email="a@clinic.example")


def test_rooms_close_after_they_open():
    place = Location.objects.create(clinic=make_clinic(), name="Rooms", address="1 Sample St")
    with breaks("opening_hours_close_after_opening"):
        OpeningHours.objects.create(location=place, weekday=0, opens=time(9), closes=time(8))


def test_hours_are_on_a_weekday():
    place = Location.objects.create(clinic=make_clinic(), name="Rooms", address="1 Sample St")
    with breaks("opening_hours_on_a_weekday"):
        OpeningHours.objects.create(location=place, weekday=7, opens=time(8), closes=time(9))


def test_a_closure_ends_after_it_starts():
    with breaks("closure_ends_after_it_starts"):
        Closure.objects.create(
            clinic=make_clinic(), first_day=date(2026, 12, 26), last_day=date(2026, 12, 24)
        )


@pytest.mark.parametrize(
    "sql", ["UPDATE referrals_accesslog SET reference = 'x'", "DELETE FROM referrals_accesslog"]
)
def test_who_read_what_is_never_changed(sql):
    verbs.open_(enquiry=submitted(), by=make_user("referrals.view_enquiry"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    row = AccessLog.objects.get()
    with pytest.raises(PermissionDenied):
        row.save()


def test_a_lost_trigger_of_the_access_log_is_noticed():
    assert append_only.missing_triggers(APPEND_ONLY_TABLES) == []
    drop_trigger("referrals_accesslog_append_only_delete", "referrals_accesslog")
    (error,) = timelines_are_guarded(None, databases=["default"])
    assert "referrals_accesslog_append_only_delete" in error.msg


@pytest.mark.parametrize(
    "sql", ["UPDATE referrals_event SET kind = 'x'", "DELETE FROM referrals_event"]
)
def test_a_timeline_is_never_changed(sql):
    assert submitted().events.get().kind == Event.Kind.RECEIVED
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_an_enquiry_came_in_a_known_way():
    submitted()
    with breaks("enquiry_way_in_is_known"):
        Enquiry.objects.update(way_in="pigeon")
