"""Who was rung and what came of it: one press is one call, and a slip is no deletion."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from clinic_site.zone import in_clinic_time
from referrals.ending.calls import rang, take_call_back
from referrals.models import Call, Enquiry, Event, Notification
from referrals.states.reaching import SAYS_NOT_REACHED
from referrals.workflow import verbs
from tests.makers import (
    make_clinic,
    make_user,
    message,
    referral,
    signed_in,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)  # half past ten in the evening in Perth
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def perth():
    make_clinic()
    with in_clinic_time():
        yield


@pytest.fixture
def staff():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(staff):
    enquiry = submitted(referral(), at=EVENING - DAY)
    verbs.open_(enquiry=enquiry, by=staff)
    return verbs.accept(enquiry=enquiry, by=staff)


def ring(enquiry, staff, result="no_answer", *, at=EVENING, whom="patient"):
    return rang(enquiry=enquiry, by=staff, whom=whom, result=result, at=at)


def kinds(enquiry):
    return [event.kind for event in enquiry.events.order_by("pk")]


def told(enquiry, kind):
    mails = Notification.objects.filter(enquiry=enquiry, kind="status", event__kind=kind)
    return list(mails.values_list("recipient", "state"))


def test_a_call_stands_in_the_timeline_with_whom_and_what_came_of_it(enquiry, staff):
    call = ring(enquiry, staff, "message")
    line = enquiry.events.get(kind="rang")
    assert (line.by, line.at, line.note) == (staff, call.at, "The patient: left a message.")


def test_the_first_call_that_reaches_somebody_stops_the_clock(enquiry, staff):
    for result in ("no_answer", "message"):
        ring(enquiry, staff, result)
        assert enquiry.first_rang_at is None
    ring(enquiry, staff, "reached", whom="doctor", at=EVENING + DAY)
    ring(enquiry, staff, "reached", at=EVENING + 2 * DAY)
    assert enquiry.first_rang_at == EVENING + DAY


def test_the_clock_runs_again_where_the_call_that_reached_was_a_slip(enquiry, staff):
    ring(enquiry, staff)
    call = ring(enquiry, staff, "reached", at=EVENING + DAY)
    take_call_back(call=call, by=staff)
    assert Enquiry.objects.get().first_rang_at is None


def test_whoever_may_only_read_cannot_note_a_call(enquiry):
    reader = make_user("referrals.view_enquiry", username="kim")
    with pytest.raises(PermissionDenied):
        ring(enquiry, reader)
    assert not Call.objects.exists()
    assert enquiry.first_rang_at is None


def test_two_presses_of_one_page_are_one_call(enquiry, staff):
    facts = {"enquiry": enquiry, "by": staff, "whom": "patient", "result": "no_answer"}
    rang(**facts, number=1)
    with pytest.raises(verbs.ChangedMeanwhile):
        rang(**facts, number=1)
    assert Call.objects.count() == 1
    assert kinds(enquiry).count("rang") == 1


def test_the_database_refuses_a_second_call_of_the_same_number(enquiry, staff):
    ring(enquiry, staff)
    with pytest.raises(IntegrityError, match=r"call_number_once_per_enquiry|number"):
        Call.objects.create(
            enquiry=enquiry, number=1, by=staff, at=EVENING, whom="patient", result="reached"
        )


def test_the_database_refuses_a_call_without_a_result(enquiry, staff):
    with pytest.raises(IntegrityError, match="call_has_a_result_or_names_a_mistake"):
        Call.objects.create(enquiry=enquiry, number=1, by=staff, at=EVENING, whom="patient")


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(result="reached"), lambda rows: rows._raw_delete(rows.db)]
)
def test_the_database_changes_and_deletes_no_call(enquiry, staff, change):
    ring(enquiry, staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(Call.objects.filter(enquiry=enquiry))
    assert Call.objects.get().result == "no_answer"


def test_a_message_has_its_writer_to_ring_and_no_patient(staff):
    enquiry = submitted(message())
    ring(enquiry, staff, whom="writer")
    with pytest.raises(verbs.CannotMove):
        ring(enquiry, staff, whom="patient")


def test_suspected_spam_is_not_rung(staff):
    enquiry = submitted(referral(), suspicions=["markup"])
    with pytest.raises(verbs.CannotMove, match="Not spam"):
        ring(enquiry, staff)


@pytest.mark.parametrize(("days", "hears"), [(10, True), (11, False)])
def test_the_third_call_counts_until_the_evening_of_the_tenth_day(enquiry, staff, days, hears):
    """By the clinic’s days: at half past ten in Perth it is the next day nowhere east of Adelaide,
    and an hour and a half later it is the eleventh."""
    ring(enquiry, staff)
    ring(enquiry, staff, "message", at=EVENING + DAY)
    ring(enquiry, staff, at=EVENING + timedelta(days=days, hours=1))
    assert bool(told(enquiry, "not_reached")) is hears


def test_after_midnight_in_perth_the_tenth_day_is_over(enquiry, staff):
    ring(enquiry, staff)
    ring(enquiry, staff)
    ring(enquiry, staff, at=EVENING + timedelta(days=10, hours=2))
    assert not told(enquiry, "not_reached")


def test_three_calls_in_vain_are_told_once(enquiry, staff):
    for _ in range(5):
        ring(enquiry, staff)
    assert told(enquiry, "not_reached") == [("sam@practice.example", "queued")]
    assert kinds(enquiry).count("not_reached") == 1


def test_a_call_between_that_reached_begins_the_count_anew(enquiry, staff):
    for result in ("no_answer", "no_answer", "reached", "no_answer", "message"):
        ring(enquiry, staff, result)
    assert not told(enquiry, "not_reached")
    ring(enquiry, staff)
    assert told(enquiry, "not_reached")


def test_calls_to_the_doctor_do_not_count(enquiry, staff):
    for whom in ("patient", "doctor", "doctor", "patient"):
        ring(enquiry, staff, whom=whom)
    assert not told(enquiry, "not_reached")


def test_the_status_page_says_it_until_a_call_reaches_the_patient(client, enquiry, staff):
    page = f"/status/{with_status_link(enquiry)}/"
    for _ in range(3):
        ring(enquiry, staff)
    assert SAYS_NOT_REACHED in client.get(page).content.decode()
    ring(enquiry, staff, "reached", at=EVENING + DAY)
    assert SAYS_NOT_REACHED not in client.get(page).content.decode()


def test_news_that_has_not_gone_out_is_withdrawn_when_a_call_reaches(enquiry, staff):
    for result in ("no_answer", "no_answer", "no_answer", "reached"):
        ring(enquiry, staff, result)
    assert told(enquiry, "not_reached") == [("sam@practice.example", "undone")]
    assert not told(enquiry, "reached_again")


def test_news_that_went_out_is_put_right(enquiry, staff):
    for _ in range(3):
        ring(enquiry, staff)
    Notification.objects.filter(event__kind="not_reached").update(state="sent", sent_at=EVENING)
    ring(enquiry, staff, "reached", at=EVENING + DAY)
    assert told(enquiry, "reached_again") == [("sam@practice.example", "queued")]


def test_who_may_have_heard_hears_that_it_no_longer_stands(enquiry, staff):
    for _ in range(3):
        ring(enquiry, staff)
    given_up = {"state": "dead", "failure": "server", "failures_in_a_row": 9}
    Notification.objects.filter(event__kind="not_reached").update(may_have_left=True, **given_up)
    ring(enquiry, staff, "reached", at=EVENING + DAY)
    assert told(enquiry, "reached_again") == [("sam@practice.example", "queued")]


def test_a_slip_stays_in_the_timeline_and_counts_no_more(enquiry, staff):
    call = ring(enquiry, staff)
    take_call_back(call=call, by=staff)
    assert Call.objects.count() == 2
    assert kinds(enquiry)[-2:] == ["rang", "call_mistaken"]
    assert Enquiry.objects.get().first_rang_at is None


def test_a_slip_of_the_third_call_ends_what_was_told(enquiry, staff):
    calls = [ring(enquiry, staff) for _ in range(3)]
    take_call_back(call=calls[1], by=staff)
    assert told(enquiry, "not_reached") == [("sam@practice.example", "undone")]


def test_a_slip_is_taken_back_once(enquiry, staff):
    call = ring(enquiry, staff)
    take_call_back(call=call, by=staff)
    with pytest.raises(verbs.ChangedMeanwhile):
        take_call_back(call=call, by=staff)


def test_a_returned_referral_is_told_of_nothing_more(enquiry, staff):
    verbs.return_(enquiry=enquiry, by=staff, note="See a physiotherapist first.")
    for _ in range(3):
        ring(enquiry, staff)
    assert not told(enquiry, "not_reached")


def test_staff_note_a_call_with_one_press_and_read_the_count(client, enquiry, staff):
    signed_in(client, staff)
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert 'href="tel:0491570156"' in page
    press = {"call": "patient no_answer", "number": "1"}
    client.post(f"/admin/referrals/enquiry/{enquiry.pk}/rang/", press)
    client.post(f"/admin/referrals/enquiry/{enquiry.pk}/rang/", press)  # a double click
    page = client.get(enquiry.get_admin_url()).content.decode()
    assert "Not reached: 1 of 3." in page
    assert "A call was noted just before." in page


def test_a_press_with_nonsense_notes_nothing(client, enquiry, staff):
    signed_in(client, staff)
    for call in ("", "patient", "nobody reached", "patient cured"):
        client.post(f"/admin/referrals/enquiry/{enquiry.pk}/rang/", {"call": call})
    assert not Event.objects.filter(kind="rang").exists()
