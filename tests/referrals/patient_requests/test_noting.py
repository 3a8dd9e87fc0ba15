"""A patient rings and asks for what is held: the receptionist notes it on one page."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from referrals.models import AccessLog, PatientRequest, PatientRequestLine
from referrals.patient_requests import verbs
from tests.makers import OF_PATIENT, hidden_in, make_user, signed_in
from tests.referrals.patient_requests.asking import (
    LIST,
    VIEW,
    correction,
    noted,
    receptionist,
    today,
    typed,
    unsaved,
)

pytestmark = pytest.mark.django_db
ADD = f"{LIST}add/"


@pytest.fixture
def robin():
    return receptionist()


@pytest.fixture
def desk(client, robin):
    return signed_in(client, robin)


def test_a_receptionist_notes_a_request_and_sees_until_when_it_is_answered(desk):
    page = desk.post(ADD, typed(), follow=True)
    ask = PatientRequest.objects.get()
    assert ask.reference.startswith("ASK-")
    assert ask.due_on == ask.asked_on + timedelta(days=30)
    assert f"Answer by {ask.due_on:%d/%m/%Y}" in page.text
    assert ask.lines.get().kind == "noted"


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(desk):
    page = desk.post(ADD, typed(wants="", contact="1 Sample Street"))
    assert page.status_code == 422
    assert "Choose what they ask for." in page.text
    assert "1 Sample Street" in page.text
    assert not PatientRequest.objects.exists()


def test_a_correction_says_what_is_wrong_and_what_it_should_say(desk):
    page = desk.post(ADD, typed(wants="correct", is_wrong="The left side."))
    assert page.status_code == 422
    assert "A correction needs this." in page.text


def test_they_cannot_have_asked_tomorrow(desk, robin):
    tomorrow = today() + timedelta(days=2)
    page = desk.post(ADD, typed(asked_on=f"{tomorrow:%d/%m/%Y}"))
    assert "date is in the future." in page.text
    with pytest.raises(verbs.CannotDo):
        noted(unsaved(asked_on=tomorrow), by=robin)


def test_a_second_press_notes_nothing_twice(desk):
    key = hidden_in(desk.get(ADD).text)["form_key"][0]
    first = desk.post(ADD, typed(form_key=key))
    second = desk.post(ADD, typed(form_key=key))
    assert first.url == second.url
    assert PatientRequest.objects.count() == 1


def test_who_goes_back_and_writes_another_patient_notes_her_too(desk):
    key = hidden_in(desk.get(ADD).text)["form_key"][0]
    desk.post(ADD, typed(form_key=key))
    desk.post(ADD, typed(form_key=key, patient_given_names="Kim"))
    assert PatientRequest.objects.count() == 2


def test_who_may_only_read_requests_notes_none(client):
    reader = make_user(VIEW)
    assert signed_in(client, reader).post(ADD, typed()).status_code == 403
    assert not PatientRequest.objects.exists()


def test_who_may_not_read_requests_sees_none(client, robin):
    ask = noted(by=robin)
    other = signed_in(client, make_user("referrals.view_enquiry", username="kim"))
    assert other.get(LIST).status_code == 403
    assert other.get(ask.get_admin_url()).status_code == 403


def test_a_request_without_its_first_line_is_not_noted(robin, monkeypatch):
    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(PatientRequestLine.objects, "create", full)
    with pytest.raises(OperationalError):
        noted(by=robin)
    assert not PatientRequest.objects.exists()


def test_the_list_names_patients_and_notes_who_looked_at_each(desk, robin):
    first, second = noted(by=robin), noted(correction(), by=robin)
    assert "Jo Samplepatient" in desk.get(LIST).text
    rows = AccessLog.objects.filter(action="list").values_list("reference", flat=True)
    assert set(rows) == {first.reference, second.reference}


def test_a_page_of_a_request_leaves_a_row_first(desk, robin):
    ask = noted(by=robin)
    desk.get(ask.get_admin_url())
    assert AccessLog.objects.get(action="request").reference == ask.reference


def test_nothing_typed_stands_readable_in_the_database(desk, robin):
    noted(correction(contact="1 Canarystreet"), by=robin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_patientrequest")
        row = str(cursor.fetchall())
    for words in (*OF_PATIENT, "Canarystreet", "left side"):
        assert words not in row
