"""A request ends in one press, and never disappears."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from referrals.models import PatientRequest, PatientRequestLine
from referrals.patient_requests import verbs
from tests.makers import signed_in
from tests.referrals.patient_requests.asking import (
    LIST,
    PROOF,
    administrator,
    correction,
    noted,
    proved,
    receptionist,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee():
    return administrator()


def press(client, ask, verb, **fields):
    return client.post(f"{LIST}{ask.pk}/do/{verb}/", fields)


def as_typed(day):
    return f"{day:%d/%m/%Y}"


def test_one_press_ends_it_with_day_and_words(client, lee):
    ask = proved(by=lee)
    fields = {"outcome": "given", "answered_on": as_typed(today()), "note": "By registered post."}
    assert press(signed_in(client, lee), ask, "end", **fields).status_code == 302
    ask.refresh_from_db()
    assert (ask.outcome, ask.ended_by, ask.ended_words) == ("given", lee, fields["note"])
    assert ask.answered_on == today()
    assert ask.lines.last().kind == "ended"


def test_nothing_is_given_before_somebody_made_sure_who_asks(lee):
    ask = noted(by=lee)
    with pytest.raises(verbs.CannotDo, match="who asks"):
        verbs.end(patient_request=ask, outcome="given", by=lee)
    assert PatientRequest.objects.get().is_open


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(client, lee):
    ask = noted(by=lee)
    page = press(signed_in(client, lee), ask, "end", outcome="refused", answered_on="1/2/2026x")
    assert page.status_code == 422
    assert "1/2/2026x" in page.text
    with pytest.raises(verbs.CannotDo, match="reason"):
        verbs.end(patient_request=ask, outcome="refused", by=lee, note="  ")


@pytest.mark.parametrize("days", [-5, 2])
def test_they_were_told_after_they_asked_and_not_tomorrow(lee, days):
    day = today() + timedelta(days=days)
    with pytest.raises(verbs.CannotDo, match="day they were told"):
        verbs.end(patient_request=proved(by=lee), outcome="given", by=lee, answered_on=day)


def test_a_second_end_is_refused(lee):
    ask = proved(by=lee)
    verbs.end(patient_request=ask, outcome="given", by=lee)
    with pytest.raises(verbs.CannotDo, match="has ended"):
        verbs.end(patient_request=ask, outcome="withdrawn", by=lee)
    assert PatientRequest.objects.get().outcome == "given"


def test_what_was_ended_by_mistake_is_taken_up_again_with_the_same_clock(lee):
    ask = proved(by=lee)
    due = ask.due_on
    verbs.end(patient_request=ask, outcome="withdrawn", by=lee, note="Rang.")
    verbs.take_up_again(patient_request=ask, note="It was another patient.", by=lee)
    ask.refresh_from_db()
    assert (ask.is_open, ask.due_on, ask.ended_words) == (True, due, None)
    notes = [line.note for line in ask.lines.all()]
    assert any("Rang." in note for note in notes if note)
    with pytest.raises(verbs.CannotDo, match="open already"):
        verbs.take_up_again(patient_request=ask, note="Again.", by=lee)


def test_a_receptionist_notes_proof_and_words_and_ends_nothing(client, lee):
    ask = noted(by=lee)
    desk = signed_in(client, receptionist())
    assert press(desk, ask, "prove", note=PROOF).status_code == 302
    assert press(desk, ask, "add_words", note="Rang, no answer.").status_code == 302
    refused = press(desk, ask, "end", outcome="given", answered_on=as_typed(today()))
    assert refused.status_code == 403
    assert PatientRequest.objects.get().is_open


def test_proof_is_noted_once(lee):
    ask = proved(by=lee)
    with pytest.raises(verbs.CannotDo, match="colleague"):
        verbs.prove(patient_request=ask, note="Another.", by=lee)
    assert PatientRequest.objects.get().proof == PROOF


def test_empty_words_are_said_beside_the_button(client, lee):
    page = press(signed_in(client, lee), noted(by=lee), "prove", note=" ")
    assert page.status_code == 422
    assert "Write how you made sure who asks." in page.text


def test_an_end_that_fails_midway_leaves_it_open(lee, monkeypatch):
    ask = proved(by=lee)

    def full(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr(PatientRequestLine.objects, "create", full)
    with pytest.raises(DatabaseError):
        verbs.end(patient_request=ask, outcome="given", by=lee)
    assert PatientRequest.objects.get().is_open


def test_a_request_has_no_button_to_delete_it(client, lee):
    ask = noted(by=lee)
    lee.is_superuser = True
    lee.save()
    assert signed_in(client, lee).post(f"{LIST}{ask.pk}/delete/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_keeps_a_request():
    ask = noted(by=administrator())
    with pytest.raises(ProtectedError):
        ask.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM referrals_patientrequest")
    assert PatientRequest.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referrals_patientrequestline SET kind = 'x'",
        "DELETE FROM referrals_patientrequestline",
    ],
)
def test_what_happened_is_never_changed(lee, sql):
    line = noted(by=lee).lines.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    with pytest.raises(PermissionDenied):
        line.save()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("patient_request_ended_says_who_and_when", {"outcome": "withdrawn"}),
        ("patient_request_ended_says_who_and_when", {"ended_at": timezone.now()}),
        ("patient_request_proof_says_who_and_when", {"proof": "Seen."}),
        ("patient_request_correction_says_what", {"wants": "correct"}),
    ],
)
def test_the_database_refuses_half_a_request(lee, name, change):
    noted(by=lee)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PatientRequest.objects.update(**change)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("patient_request_met_after_proof", "given"),
        ("patient_request_refused_says_why", "refused"),
    ],
)
def test_the_database_refuses_an_end_without_its_ground(lee, name, outcome):
    noted(correction(), by=lee)
    now = timezone.now()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PatientRequest.objects.update(
            outcome=outcome, answered_on=now.date(), ended_at=now, ended_by=lee
        )
